import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Clusters, endLeftovers } from '../../../../../infra/local/databricks/clusters/clusters.ts';
import type { WorkCall } from '../../../../../infra/local/databricks/clusters/compute.ts';
import { findByCommand } from '../../../../../infra/local/databricks/clusters/process-tree.ts';
import { createStubInterpreter, stubCall } from './stub-interpreter.ts';

const stub = createStubInterpreter();
const { shortLived: _, warmUp: __, ...options } = stub.options;
const started: Clusters[] = [];
afterAll(async () => {
  await Promise.all(started.map((clusters) => clusters.stop()));
  stub.remove();
});

/** Clusters with a state folder of their own, and what can be seen of their processes. */
async function setUp(name: string, spares: number) {
  const state = join(stub.folder, name);
  const clusters = new Clusters({ ...options, state, spares });
  started.push(clusters);
  const find = () => findByCommand(join(state, 'executors'));
  const awaitProcesses = async (count: number) => {
    while (find().length !== count) await new Promise((wake) => setTimeout(wake, 10));
  };
  const run = (call: WorkCall, signal = new AbortController().signal) => {
    const start = Promise.withResolvers<void>();
    return { start: start.promise, end: clusters.run(call, { signal, onStart: start.resolve }) };
  };
  await awaitProcesses(1 + spares);
  return { clusters, find, awaitProcesses, run };
}

/** The scratch folder of the process that answered. */
function scratchOf(end: unknown): string {
  const { result } = end as { readonly result: string };
  const { options: given } = JSON.parse(result) as { readonly options: readonly string[] };
  return String(given[given.indexOf('--scratch') + 1]);
}

test('work that names the warm cluster shares its process, and other work never gets it', async () => {
  const { run } = await setUp('existing', 1);
  const existing = { kind: 'existing', clusterId: 'local' } as const;
  const ends = [
    await run(stubCall('a', existing)).end,
    await run(stubCall('b', existing)).end,
    await run(stubCall('c')).end,
  ];
  const [first, second, third] = ends.map(scratchOf);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test('work of its own takes the spare, which ends with it and has a successor', async () => {
  const { clusters, find, awaitProcesses, run } = await setUp('own', 1);
  const before = find();
  const work = run(stubCall('a'));
  await work.start;
  expect(clusters.listOfRuns()).toMatchObject([{ id: 'task-12', view: { state: 'RUNNING' } }]);
  const scratch = scratchOf(await work.end);
  expect([existsSync(scratch), clusters.listOfRuns()]).toEqual([false, []]);
  await awaitProcesses(2);
  expect(find().filter((pid) => before.includes(pid))).toHaveLength(1);
});

test('tasks of one run share the process of their job cluster until the run gives it back', async () => {
  const { clusters, find, run } = await setUp('shared', 0);
  const shared = (runId: number, key: string) => ({ kind: 'shared', runId, key }) as const;
  const ends = await Promise.all(
    [shared(1, 'x'), shared(1, 'x'), shared(1, 'y'), shared(2, 'x')].map((choice) => run(stubCall('a', choice)).end),
  );
  const [a, b, c, d] = ends.map(scratchOf);
  expect(b).toBe(a);
  expect(new Set([a, c, d]).size).toBe(3);
  expect(clusters.listOfRuns().map(({ id }) => id)).toEqual(['run-1-x', 'run-1-y', 'run-2-x']);
  expect(find()).toHaveLength(4);
  await clusters.release(1);
  expect(find()).toHaveLength(2);
  expect(clusters.listOfRuns().map(({ id }) => id)).toEqual(['run-2-x']);
});

test('aborted work is over when its process is gone, and the others go on', async () => {
  const { find, run } = await setUp('aborted', 0);
  const before = find();
  const controller = new AbortController();
  const [aborted, other] = [run(stubCall('sleeps'), controller.signal), run(stubCall('sleeps'))];
  await Promise.all([aborted.start, other.start]);
  expect(find()).toHaveLength(3);
  controller.abort();
  expect(await aborted.end).toEqual({ kind: 'stopped' });
  expect(find()).toHaveLength(2);
  expect(find()).toEqual(expect.arrayContaining(before));
});

test('a stop ends every process, loses the work in hand, and nothing starts afterwards', async () => {
  const { clusters, find, run } = await setUp('stopped', 1);
  const shared = { kind: 'shared', runId: 1, key: 'x' } as const;
  const existing = { kind: 'existing', clusterId: 'local' } as const;
  const works = [stubCall('sleeps'), stubCall('sleeps', shared), stubCall('a', shared), stubCall('sleeps', existing)];
  const running = works.map((call) => run(call));
  await Promise.all([running[0]?.start, running[1]?.start, running[3]?.start]);
  await clusters.stop();
  expect(find()).toEqual([]);
  const ends = await Promise.all(running.map(({ end }) => end));
  expect(ends.map(({ kind }) => kind)).toEqual(['lost', 'lost', 'lost', 'lost']);
  expect((await run(stubCall('late')).end).kind).toBe('lost');
  expect(find()).toEqual([]);
});

test('clusters that are stopped while they start leave nothing', async () => {
  const state = join(stub.folder, 'starting');
  const clusters = new Clusters({ ...options, state, spares: 1 });
  const work = clusters.run(stubCall('a'), { signal: new AbortController().signal, onStart: () => undefined });
  await clusters.stop();
  expect((await work).kind).toBe('lost');
  expect(findByCommand(join(state, 'executors'))).toEqual([]);
  expect(readdirSync(join(state, 'executors'))).toEqual([]);
});

test('only the warm cluster can be named by tasks', async () => {
  const { clusters } = await setUp('named', 0);
  expect(['local', 'task-12', ''].map((id) => clusters.hasCluster(id))).toEqual([true, false, false]);
});

test('what a killed server left behind is ended and removed, and a process of another server is not', async () => {
  const [mine, theirs] = ['mine', 'theirs'].map((name) => join(stub.folder, name, 'state'));
  if (mine === undefined || theirs === undefined) throw new Error('no folders');
  const scratches = [mine, theirs].map((state) => join(state, 'executors', 'left'));
  for (const scratch of scratches) mkdirSync(scratch, { recursive: true });
  const left = scratches.map((scratch) =>
    spawn(options.python, ['--scratch', scratch], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] }),
  );
  await Promise.all(left.map(({ stdout }) => once(stdout, 'data')));
  await endLeftovers(mine);
  expect(findByCommand(join(mine, 'executors'))).toEqual([]);
  expect(readdirSync(join(mine, 'executors'))).toEqual([]);
  expect(findByCommand(join(theirs, 'executors'))).toHaveLength(1);
  await endLeftovers(theirs);
  expect(findByCommand(join(theirs, 'executors'))).toEqual([]);
});
