import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Store } from '../../../../../infra/local/databricks/jobs/store.ts';
import { specOf } from '../server-fixture.ts';

const file = () => join(mkdtempSync(join(tmpdir(), 'pinflow-store-')), 'runs.sqlite');
const spec = { name: 'n', timeoutSeconds: 0, tasks: [specOf('clean'), specOf('queries', { dependsOn: ['clean'] })] };

test('a run with its output reads the same after the process is gone', () => {
  const path = file();
  const before = new Store(path, () => 5_000);
  const runId = before.createRun(spec, 'token');
  const [clean, queries] = before.readRun(runId)?.tasks.map((task) => task.runId) ?? [];
  if (clean === undefined || queries === undefined) throw new Error('tasks are missing');
  before.setTaskPhase(clean, 'PENDING');
  before.setTaskPhase(clean, 'RUNNING');
  before.endTask(clean, { phase: 'SUCCESS', message: '', output: { result: '{"a":1}', truncated: true } });
  before.endTask(queries, { phase: 'FAILED', message: 'm', output: { error: 'E: x', errorTrace: 'trace' } });
  before.endRun(runId, { phase: 'TASK_FAILED', message: 'why' });
  const written = before.readRun(runId);
  before.close();

  const after = new Store(path);
  expect(after.readRun(runId)).toEqual(written);
  expect(written).toMatchObject({
    name: 'n',
    outcome: 'TASK_FAILED',
    message: 'why',
    startTime: 5_000,
    endTime: 5_000,
  });
  expect(written?.tasks.map(({ phase }) => phase)).toEqual(['SUCCESS', 'FAILED']);
  expect(after.findByToken('token')).toBe(runId);
  expect(after.readOutput(clean)).toEqual({ result: '{"a":1}', truncated: true, error: null, errorTrace: null });
  expect(after.readOutput(queries)).toEqual({ result: null, truncated: false, error: 'E: x', errorTrace: 'trace' });
  expect(after.findParent(queries)?.runId).toBe(runId);
  after.close();
});

test('ids are safe integers that a later file never gives out again', () => {
  const older = new Store(file(), () => Date.UTC(2026, 10, 22, 12, 0, 0));
  const newer = new Store(file(), () => Date.UTC(2026, 10, 22, 12, 0, 1));
  const [first, second] = [older.createRun(spec, undefined), newer.createRun(spec, undefined)];
  expect(Number.isSafeInteger(first)).toBe(true);
  expect(String(first)).toHaveLength(15);
  expect(second).toBeGreaterThan(first + 1000);
  older.close();
  newer.close();
});

test('a run that cannot be written leaves nothing behind', () => {
  const store = new Store(file());
  store.createRun(spec, 'token');
  expect(() => store.createRun(spec, 'token')).toThrow('UNIQUE');
  expect(store.listRuns({ activeOnly: false, completedOnly: false, limit: 25 })).toHaveLength(1);
  store.close();
});

test('a second process on the same file is refused', () => {
  const path = file();
  const store = new Store(path);
  expect(() => new Store(path)).toThrow('database is locked');
  store.close();
});
