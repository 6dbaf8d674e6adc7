import fc from 'fast-check';
import { parseJobSettings } from '../../../../../infra/local/databricks/jobs/parse-settings.ts';
import { behind, notebook } from '../server-fixture.ts';

/** How tasks depend on each other as a whole; single refusals are with those of parse-settings. */

const create = (tasks: readonly object[]) =>
  parseJobSettings({ tasks }, { hasCluster: () => true, hasJob: () => true, version: '2.2' });

/** Each task may depend on any before it; the order of the list tells nothing. */
const graphs = fc.nat({ max: 12 }).chain((count) =>
  fc
    .tuple(...Array.from({ length: count }, (_, index) => fc.subarray([...Array(index).keys()])))
    .map((on) => on.map((before, index) => behind(`t${index}`, ...before.map((other) => `t${other}`))))
    .chain((tasks) => fc.shuffledSubarray(tasks, { minLength: tasks.length })),
);

test('tasks that only depend on earlier ones are accepted in whatever order they come', () => {
  fc.assert(fc.property(graphs, (tasks) => create(tasks).tasks.length === tasks.length));
});

test('a circle is refused with the names of its tasks and no others', () => {
  fc.assert(
    fc.property(graphs, fc.integer({ min: 1, max: 6 }), (others, size) => {
      const ring = Array.from({ length: size }, (_, index) => behind(`r${index}`, `r${(index + 1) % size}`));
      const waiting = behind('waiting', 'r0');
      const names = ring.map(({ task_key: key }) => `"${key}"`).join(', ');
      expect(() => create([...others, waiting, ...ring])).toThrow(
        expect.objectContaining({ message: `tasks depend on each other in a circle: ${names}` }),
      );
    }),
  );
});

test('a thousand tasks in a row are accepted', () => {
  const tasks = Array.from({ length: 1000 }, (_, index) =>
    index === 0 ? notebook('t0') : behind(`t${index}`, `t${index - 1}`),
  );
  expect(create(tasks).tasks).toHaveLength(1000);
});

test('dependencies come back in the order of their keys', () => {
  const tasks = [notebook('b'), notebook('a'), notebook('C'), behind('d', 'b', 'a', 'C')];
  expect(create(tasks).tasks.at(-1)?.depends_on).toEqual([{ task_key: 'C' }, { task_key: 'a' }, { task_key: 'b' }]);
});
