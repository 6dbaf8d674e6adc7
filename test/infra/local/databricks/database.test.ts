import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../../../infra/local/databricks/database.ts';
import { RunStore } from '../../../../infra/local/databricks/jobs/run-store.ts';
import { parseSubmit } from '../../../../infra/local/databricks/jobs/parse-settings.ts';
import { TaskStore } from '../../../../infra/local/databricks/jobs/task-store.ts';
import { behind, notebook } from './server-fixture.ts';

const createFile = () => join(mkdtempSync(join(tmpdir(), 'pinflow-database-')), 'runs.sqlite');
const known = { hasCluster: () => true, hasJob: () => true };
const settings = parseSubmit({ run_name: 'n', tasks: [notebook('a'), behind('b', 'a')] }, known);
const newRun = { jobId: undefined, trigger: 'ONE_TIME', settings, parameters: {}, queued: false } as const;

test('a run with its outputs and task values reads the same after the process is gone', () => {
  const file = createFile();
  const before = new Database(file);
  const [runs, tasks] = [new RunStore(before, () => 5_000), new TaskStore(before, () => 6_000)];
  const runId = runs.createRun({ ...newRun, token: 'token' });
  const [a, b] = runs.readRun(runId)?.tasks.map((task) => task.runId) ?? [];
  if (a === undefined || b === undefined) throw new Error('tasks are missing');
  tasks.setPhase(a, 'RUNNING');
  tasks.writeValues(a, { rows: 5, list: [1, 'x'] });
  tasks.endTask(a, { phase: 'SUCCESS', message: '', output: { result: '{"a":1}', truncated: true } });
  tasks.endTask(b, { phase: 'FAILED', message: 'm', output: { error: 'E: x', errorTrace: 'trace' } });
  runs.endRun(runId, { phase: 'TASK_FAILED', message: 'why' });
  const written = runs.readRun(runId);
  before.close();

  const after = new Database(file);
  const [laterRuns, laterTasks] = [new RunStore(after), new TaskStore(after)];
  expect(laterRuns.readRun(runId)).toEqual(written);
  expect(written).toMatchObject({
    ...{ outcome: 'TASK_FAILED', message: 'why', startTime: 5_000, endTime: 5_000 },
    tasks: [
      { phase: 'SUCCESS', runningTime: 6_000, endTime: 6_000 },
      { phase: 'FAILED', message: 'm' },
    ],
  });
  expect(laterRuns.findToken('token')).toBe(runId);
  expect(laterTasks.readOutput(a)).toEqual({ result: '{"a":1}', truncated: true, error: null, errorTrace: null });
  expect(laterTasks.readOutput(b)).toEqual({ result: null, truncated: false, error: 'E: x', errorTrace: 'trace' });
  expect(laterTasks.readValues(runId)).toEqual({ a: { rows: 5, list: [1, 'x'] }, b: {} });
  after.close();
});

test('ids are safe integers that a later file never gives out again', () => {
  const older = new Database(createFile(), () => Date.UTC(2026, 10, 22, 12, 0, 0));
  const newer = new Database(createFile(), () => Date.UTC(2026, 10, 22, 12, 0, 1));
  const [first, second] = [older.nextId(), newer.nextId()];
  expect(Number.isSafeInteger(first)).toBe(true);
  expect(String(first)).toHaveLength(15);
  expect(second).toBeGreaterThan(first + 1000);
  older.close();
  newer.close();
});

test('a run that cannot be written leaves nothing behind', () => {
  const database = new Database(createFile());
  const runs = new RunStore(database);
  runs.createRun({ ...newRun, token: 'token' });
  expect(() => runs.createRun({ ...newRun, token: 'token' })).toThrow('UNIQUE');
  expect(runs.listRuns({ activeOnly: false, completedOnly: false, offset: 0, limit: -1 })).toHaveLength(1);
  database.close();
});

test('a deleted run takes everything but its token with it', () => {
  const database = new Database(createFile());
  const [runs, tasks] = [new RunStore(database), new TaskStore(database)];
  const runId = runs.createRun({ ...newRun, token: 'token' });
  const a = runs.readRun(runId)?.tasks[0]?.runId ?? 0;
  tasks.writeValues(a, { rows: 5 });
  runs.deleteRun(runId);
  const count = (table: string) => database.connection.prepare(`select count(*) as n from ${table}`).get()?.['n'];
  expect(['runs', 'taskRuns', 'episodes', 'taskValues', 'tokens'].map(count)).toEqual([0, 0, 0, 0, 1]);
  database.close();
});

test('a second process on the same file is refused', () => {
  const file = createFile();
  const database = new Database(file);
  expect(() => new Database(file)).toThrow('database is locked');
  database.close();
});
