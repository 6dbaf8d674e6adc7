import { exited, raised } from '../clusters/fake-compute.ts';
import { behind, notebook, ServerFixture, useFakeTimers } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(async () => {
  jest.useRealTimers();
  await fixture.close();
});

const chain = [notebook('a'), behind('b', 'a')];
const stopped = { kind: 'stopped' } as const;

test('a task starts when what it depends on has succeeded, and the run ends with the last', async () => {
  const runId = await fixture.submit(chain);
  expect(await fixture.summarise(runId)).toBe('PENDING a=PENDING b=BLOCKED');
  fixture.compute.find('a').start();
  expect(await fixture.summarise(runId)).toBe('RUNNING a=RUNNING b=BLOCKED');
  await fixture.compute.find('a').end(exited);
  expect(await fixture.summarise(runId)).toBe('RUNNING a=SUCCESS b=PENDING');
  await fixture.compute.find('b').end(exited);
  expect(await fixture.summarise(runId)).toBe('SUCCESS a=SUCCESS b=SUCCESS');
  expect(fixture.compute.released).toEqual([runId]);
});

test('a failed notebook keeps its error and skips what depends on it', async () => {
  const runId = await fixture.submit(chain);
  await fixture.compute.find('a').end(raised);
  expect(await fixture.summarise(runId)).toBe('INTERNAL_ERROR/FAILED a=FAILED b=UPSTREAM_FAILED');
  expect(fixture.compute.executions).toHaveLength(1);
});

test('tasks that do not depend on each other start together', async () => {
  await fixture.submit([notebook('a'), notebook('b'), behind('c', 'a', 'b')]);
  expect(fixture.compute.executions).toHaveLength(2);
});

test('a notebook that does not exist fails its task and the run', async () => {
  const runId = await fixture.submit([notebook('absent')]);
  expect(await fixture.summarise(runId)).toBe('INTERNAL_ERROR/FAILED absent=INTERNAL_ERROR/FAILED');
  expect((await fixture.get('jobs/runs/get', { run_id: runId })).state.state_message).toBe(
    'Task absent failed with message: Unable to access the notebook "/Shared/pinflow/absent". It does not exist.',
  );
});

describe('cancelling', () => {
  test('a run is over only when the cluster says that nothing is left of it', async () => {
    const runId = await fixture.submit(chain);
    const a = fixture.compute.find('a');
    a.start();
    await fixture.post('jobs/runs/cancel', { run_id: runId });
    expect(a.signal.aborted).toBe(true);
    expect(await fixture.summarise(runId)).toBe('TERMINATING a=TERMINATING b=BLOCKED');
    await a.end(stopped);
    expect(await fixture.summarise(runId)).toBe('CANCELED a=CANCELED b=UPSTREAM_CANCELED');
    expect(fixture.compute.executions).toHaveLength(1);
  });

  test('a cancel that comes after the last line of a notebook keeps its success and starts nothing more', async () => {
    const runId = await fixture.submit(chain);
    await fixture.post('jobs/runs/cancel', { run_id: runId });
    await fixture.compute.find('a').end(exited);
    expect(await fixture.summarise(runId)).toBe('CANCELED a=SUCCESS b=CANCELED');
    expect(fixture.compute.executions).toHaveLength(1);
  });

  test('a cancelled task takes only its own branch with it', async () => {
    const runId = await fixture.submit([notebook('a'), notebook('b')]);
    const { tasks } = await fixture.get('jobs/runs/get', { run_id: runId });
    await fixture.post('jobs/runs/cancel', { run_id: tasks[0].run_id });
    await fixture.compute.find('a').end(stopped);
    expect(await fixture.summarise(runId)).toBe('RUNNING a=CANCELED b=PENDING');
    await fixture.compute.find('b').end(exited);
    expect(await fixture.summarise(runId)).toBe('CANCELED a=CANCELED b=SUCCESS');
  });

  test('a task that is cancelled before it could start never starts', async () => {
    const runId = await fixture.submit(chain);
    const { tasks } = await fixture.get('jobs/runs/get', { run_id: runId });
    await fixture.post('jobs/runs/cancel', { run_id: tasks[1].run_id });
    expect(await fixture.summarise(runId)).toBe('RUNNING a=PENDING b=CANCELED');
    await fixture.compute.find('a').end(exited);
    expect(await fixture.summarise(runId)).toBe('CANCELED a=SUCCESS b=CANCELED');
    expect(fixture.compute.executions).toHaveLength(1);
  });

  test('a task that runs whatever happens still runs behind a cancelled task', async () => {
    const runId = await fixture.submit([notebook('a'), { ...behind('b', 'a'), run_if: 'ALL_DONE' }]);
    const { tasks } = await fixture.get('jobs/runs/get', { run_id: runId });
    await fixture.post('jobs/runs/cancel', { run_id: tasks[0].run_id });
    await fixture.compute.find('a').end(stopped);
    await fixture.compute.find('b').end(exited);
    expect(await fixture.summarise(runId)).toBe('SUCCESS_WITH_FAILURES a=CANCELED b=SUCCESS');
  });

  test('all runs of a job, or all queued runs, are cancelled at once and no others', async () => {
    const settings = { tasks: [notebook('a')], max_concurrent_runs: 1, queue: { enabled: true } };
    const [one, two] = [await fixture.createJob(settings), await fixture.createJob(settings)];
    const runIds = [await fixture.runNow(one), await fixture.runNow(one), await fixture.runNow(two)];
    const summaries = () => Promise.all(runIds.map((runId) => fixture.summarise(runId)));
    await fixture.post('jobs/runs/cancel-all', { all_queued_runs: true });
    expect(await summaries()).toEqual(['PENDING a=PENDING', 'CANCELED a=CANCELED', 'PENDING a=PENDING']);
    await fixture.post('jobs/runs/cancel-all', { job_id: one });
    await fixture.compute.executions[0]?.end(stopped);
    expect(await summaries()).toEqual(['CANCELED a=CANCELED', 'CANCELED a=CANCELED', 'PENDING a=PENDING']);
  });
});

describe('time limits', () => {
  test('a run that is out of time is stopped, and what never started is skipped', async () => {
    useFakeTimers();
    const runId = await fixture.submit(chain, { timeout_seconds: 30 });
    await jest.advanceTimersByTimeAsync(29_000);
    expect(fixture.compute.find('a').signal.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await fixture.summarise(runId)).toBe('TERMINATING a=TERMINATING b=BLOCKED');
    await fixture.compute.find('a').end(stopped);
    expect(await fixture.summarise(runId)).toBe('TIMEDOUT a=TIMEDOUT b=UPSTREAM_FAILED');
  });

  test('the time of a task counts from its start, and fails the run', async () => {
    useFakeTimers();
    const runId = await fixture.submit([notebook('a', { timeout_seconds: 5 })]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await fixture.summarise(runId)).toBe('PENDING a=PENDING');
    fixture.compute.find('a').start();
    await jest.advanceTimersByTimeAsync(5_000);
    await fixture.compute.find('a').end(stopped);
    expect(await fixture.summarise(runId)).toBe('INTERNAL_ERROR/FAILED a=TIMEDOUT');
  });
});

describe('retries', () => {
  test('a failed task is tried again as a new task run, at once or after the pause', async () => {
    useFakeTimers();
    const runId = await fixture.submit([notebook('a', { max_retries: 2, min_retry_interval_millis: 1_000 })]);
    await fixture.compute.executions[0]?.end(raised);
    expect(await fixture.summarise(runId)).toBe('RUNNING a=FAILED a=WAITING_FOR_RETRY');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await fixture.summarise(runId)).toBe('RUNNING a=FAILED a=PENDING');
    await fixture.compute.executions[1]?.end(exited);
    expect(await fixture.summarise(runId)).toBe('SUCCESS a=FAILED a=SUCCESS');
    const { tasks } = await fixture.get('jobs/runs/get', { run_id: runId });
    expect(tasks.map((task: { attempt_number: number }) => task.attempt_number)).toEqual([0, 1]);
    expect(tasks[1]).toMatchObject({ original_attempt_run_id: tasks[0].run_id });
    expect(tasks[1].run_id).not.toBe(tasks[0].run_id);
  });

  test('a task fails when its retries are used up', async () => {
    const runId = await fixture.submit([notebook('a', { max_retries: 1 }), behind('b', 'a')]);
    await fixture.compute.executions[0]?.end(raised);
    await fixture.compute.executions[1]?.end({ kind: 'lost', message: 'gone' });
    expect(await fixture.summarise(runId)).toBe(
      'INTERNAL_ERROR/FAILED a=FAILED b=UPSTREAM_FAILED a=INTERNAL_ERROR/FAILED',
    );
  });

  test('a task that was out of time is tried again only when it says so', async () => {
    useFakeTimers();
    const task = (key: string, more: object) => notebook(key, { timeout_seconds: 1, max_retries: 1, ...more });
    const runId = await fixture.submit([task('a', {}), task('b', { retry_on_timeout: true })]);
    for (const key of ['a', 'b']) fixture.compute.find(key).start();
    await jest.advanceTimersByTimeAsync(1_000);
    for (const key of ['a', 'b']) await fixture.compute.find(key).end(stopped);
    expect(await fixture.summarise(runId)).toBe('RUNNING a=TIMEDOUT b=TIMEDOUT b=PENDING');
  });

  test('a cancelled task is not tried again, nor one that waits for it', async () => {
    useFakeTimers();
    const retries = { max_retries: -1, min_retry_interval_millis: 60_000 };
    const runId = await fixture.submit([notebook('a', retries), notebook('b', retries)]);
    await fixture.compute.find('a').end(raised);
    await fixture.post('jobs/runs/cancel', { run_id: runId });
    await fixture.compute.find('b').end(stopped);
    expect(await fixture.summarise(runId)).toBe('CANCELED a=FAILED b=CANCELED a=CANCELED');
    await jest.advanceTimersByTimeAsync(120_000);
    expect(fixture.compute.executions).toHaveLength(2);
  });
});

test('a cluster that is lost fails the run as an infrastructure failure', async () => {
  const runId = await fixture.submit([notebook('a')]);
  await fixture.compute.find('a').end({ kind: 'lost', message: 'the cluster is gone' });
  const run = await fixture.get('jobs/runs/get', { run_id: runId });
  expect(run.status.termination_details).toMatchObject({ type: 'CLOUD_FAILURE', code: 'CLUSTER_ERROR' });
});

test('what was in flight when the server died has ended as an internal error after the restart', async () => {
  const ended = await fixture.submit([notebook('c')]);
  await fixture.compute.find('c').end(exited);
  const runId = await fixture.submit(chain);
  fixture.compute.find('a').start();
  await fixture.restart();
  const { state, status, tasks } = await fixture.get('jobs/runs/get', { run_id: runId });
  expect(state).toMatchObject({
    life_cycle_state: 'INTERNAL_ERROR',
    state_message: 'The server stopped while this was running.',
  });
  expect(status.termination_details.type).toBe('INTERNAL_ERROR');
  expect(tasks.map((task: { end_time: number }) => task.end_time > 0)).toEqual([true, true]);
  expect(await fixture.summarise(ended)).toBe('SUCCESS c=SUCCESS');
  expect(fixture.compute.executions).toEqual([]);
  const next = await fixture.submit([notebook('a')]);
  await fixture.compute.find('a').end(exited);
  expect(await fixture.summarise(next)).toBe('SUCCESS a=SUCCESS');
});
