import { exited, raised } from '../clusters/fake-compute.ts';
import { ServerFixture, specOf } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(async () => {
  jest.useRealTimers();
  await fixture.close();
});

const chain = [specOf('clean'), specOf('queries', { dependsOn: ['clean'] })];

function submit(tasks = chain, timeoutSeconds = 0): number {
  return fixture.scheduler.submit({ name: 'r', timeoutSeconds, tasks }, undefined);
}

/** Outcome of the run, then the phases of its tasks. */
function phases(runId: number): (string | null)[] {
  const run = fixture.store.readRun(runId);
  return [run?.outcome ?? null, ...(run?.tasks ?? []).map(({ phase }) => phase)];
}

function cancel(runId: number, taskIndex?: number): void {
  const run = fixture.store.readRun(runId);
  if (run === undefined) throw new Error('no such run');
  fixture.scheduler.cancel(run, taskIndex === undefined ? undefined : run.tasks[taskIndex]?.runId);
}

test('a task starts when what it depends on has succeeded, and the run ends with the last', async () => {
  const runId = submit();
  expect(phases(runId)).toEqual([null, 'PENDING', 'BLOCKED']);
  fixture.compute.find('clean').start();
  expect(phases(runId)).toEqual([null, 'RUNNING', 'BLOCKED']);
  await fixture.compute.find('clean').end(exited);
  expect(phases(runId)).toEqual([null, 'SUCCESS', 'PENDING']);
  fixture.compute.find('queries').start();
  await fixture.compute.find('queries').end(exited);
  expect(phases(runId)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
});

test('a failed notebook keeps its error and skips what depends on it', async () => {
  const runId = submit();
  await fixture.compute.find('clean').end(raised);
  expect(phases(runId)).toEqual(['TASK_FAILED', 'FAILED', 'UPSTREAM_FAILED']);
  expect(fixture.compute.executions).toHaveLength(1);
  const clean = fixture.store.readRun(runId)?.tasks[0]?.runId ?? 0;
  expect(fixture.store.readOutput(clean)).toMatchObject({
    error: 'ValueError: bad',
    errorTrace: 'Traceback\nValueError: bad',
  });
});

test('tasks that do not depend on each other start together', () => {
  submit([specOf('clean'), specOf('other'), specOf('queries', { dependsOn: ['clean', 'other'] })]);
  expect(fixture.compute.executions).toHaveLength(2);
});

test('a notebook that does not exist fails its task and the run', () => {
  const runId = submit([specOf('absent')]);
  expect(phases(runId)).toEqual(['NOTEBOOK_MISSING', 'NOTEBOOK_MISSING']);
  expect(fixture.store.readRun(runId)?.message).toBe(
    'Task absent failed with message: Unable to access the notebook "/Shared/pinflow/absent". It does not exist.',
  );
});

test('a cancelled run is over only when the cluster says that nothing is left of it', async () => {
  const runId = submit();
  const clean = fixture.compute.find('clean');
  clean.start();
  cancel(runId);
  expect(clean.signal.aborted).toBe(true);
  expect(phases(runId)).toEqual([null, 'TERMINATING', 'BLOCKED']);
  await clean.end({ kind: 'stopped' });
  expect(phases(runId)).toEqual(['CANCELED', 'CANCELED', 'UPSTREAM_CANCELED']);
  expect(fixture.compute.executions).toHaveLength(1);
});

test('a cancel that comes after the last line of a notebook keeps its success and starts nothing more', async () => {
  const runId = submit();
  cancel(runId);
  await fixture.compute.find('clean').end(exited);
  expect(phases(runId)).toEqual(['CANCELED', 'SUCCESS', 'CANCELED']);
  expect(fixture.compute.executions).toHaveLength(1);
});

test('a cancel of an ended run changes nothing', async () => {
  const runId = submit([specOf('clean')]);
  await fixture.compute.find('clean').end(exited);
  cancel(runId);
  expect(phases(runId)).toEqual(['SUCCESS', 'SUCCESS']);
});

test('a cancelled task takes only its own branch with it', async () => {
  const runId = submit([specOf('clean'), specOf('other')]);
  cancel(runId, 0);
  await fixture.compute.find('clean').end({ kind: 'stopped' });
  expect(phases(runId)).toEqual([null, 'CANCELED', 'PENDING']);
  await fixture.compute.find('other').end(exited);
  expect(phases(runId)).toEqual(['CANCELED', 'CANCELED', 'SUCCESS']);
});

test('a task that is cancelled before it could start never starts', async () => {
  const runId = submit();
  cancel(runId, 1);
  expect(phases(runId)).toEqual([null, 'PENDING', 'CANCELED']);
  await fixture.compute.find('clean').end(exited);
  expect(phases(runId)).toEqual(['CANCELED', 'SUCCESS', 'CANCELED']);
  expect(fixture.compute.executions).toHaveLength(1);
});

test('a run that is out of time is stopped, and what never started is skipped', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  const runId = submit(chain, 30);
  await jest.advanceTimersByTimeAsync(29_000);
  expect(fixture.compute.find('clean').signal.aborted).toBe(false);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(phases(runId)).toEqual([null, 'TERMINATING', 'BLOCKED']);
  await fixture.compute.find('clean').end({ kind: 'stopped' });
  expect(phases(runId)).toEqual(['TIMEDOUT', 'TIMEDOUT', 'UPSTREAM_FAILED']);
});

test('the time of a task counts from its start, and fails the run', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  const runId = submit([specOf('clean', { timeoutSeconds: 5 })]);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(phases(runId)).toEqual([null, 'PENDING']);
  fixture.compute.find('clean').start();
  await jest.advanceTimersByTimeAsync(5_000);
  await fixture.compute.find('clean').end({ kind: 'stopped' });
  expect(phases(runId)).toEqual(['TASK_FAILED', 'TIMEDOUT']);
  expect(fixture.store.readRun(runId)?.message).toBe('Task clean failed with message: Run timed out.');
});

test('a cluster that is lost fails the run as an infrastructure failure', async () => {
  const runId = submit([specOf('clean')]);
  await fixture.compute.find('clean').end({ kind: 'lost', message: 'the cluster is gone' });
  expect(phases(runId)).toEqual(['CLUSTER_LOST', 'CLUSTER_LOST']);
});

test('what was in flight when the server died has ended as an internal error after the restart', async () => {
  const ended = submit([specOf('other')]);
  await fixture.compute.find('other').end(exited);
  const runId = submit();
  fixture.compute.find('clean').start();
  fixture.restart();
  expect(phases(runId)).toEqual(['SERVER_LOST', 'SERVER_LOST', 'UPSTREAM_FAILED']);
  expect(fixture.store.readRun(runId)?.message).toBe('The server stopped while this was running.');
  expect(phases(ended)).toEqual(['SUCCESS', 'SUCCESS']);
  expect(fixture.compute.executions).toEqual([]);
  const next = submit([specOf('clean')]);
  await fixture.compute.find('clean').end(exited);
  expect(phases(next)).toEqual(['SUCCESS', 'SUCCESS']);
});
