import { exited, raised } from './clusters/fake-compute.ts';
import { behind, notebook, ServerFixture } from './server-fixture.ts';

/**
 * What the platform's Jobs API does and clients rely on. The numbers are those of the list of checks that the server was
 * built against; the ones that need Spark or clients of others are in test/stack and test/airflow.
 */

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(() => fixture.close());

const failing = [notebook('a'), behind('b', 'a'), notebook('c')];

/** A run of which `a` failed, `b` was skipped and `c` succeeded. */
async function runHalf(start: () => Promise<number>): Promise<number> {
  const runId = await start();
  await fixture.compute.find('a').end(raised);
  await fixture.compute.find('c').end(exited);
  return runId;
}

describe('tokens', () => {
  test('check 1: the same token twice gives the same run and one execution', async () => {
    const runId = await fixture.submit([notebook('a')], { idempotency_token: 'token' });
    expect(await fixture.submit([], { idempotency_token: 'token' })).toBe(runId);
    const jobId = await fixture.createJob({ tasks: [notebook('b')] });
    const first = await fixture.runNow(jobId, { idempotency_token: 'other' });
    expect(await fixture.runNow(jobId, { idempotency_token: 'other' })).toBe(first);
    expect(fixture.compute.executions).toHaveLength(2);
  });

  test('check 2: the same token after a failure gives the failed run', async () => {
    const runId = await fixture.submit([notebook('a')], { idempotency_token: 'token' });
    await fixture.compute.find('a').end(raised);
    expect(await fixture.submit([notebook('a')], { idempotency_token: 'token' })).toBe(runId);
    await fixture.restart();
    expect(await fixture.submit([notebook('a')], { idempotency_token: 'token' })).toBe(runId);
    expect(fixture.compute.executions).toEqual([]);
  });

  test('check 3: the token of a deleted run is an error', async () => {
    const runId = await fixture.submit([notebook('a')], { idempotency_token: 'token' });
    expect(await fixture.refuse('POST', 'jobs/runs/delete', { run_id: runId })).toBe(
      `400 INVALID_STATE: Run ${runId} is still active. Cancel it before deleting it.`,
    );
    await fixture.compute.find('a').end(exited);
    await fixture.post('jobs/runs/delete', { run_id: runId });
    const again = { tasks: [notebook('a')], idempotency_token: 'token' };
    expect(await fixture.refuse('POST', 'jobs/runs/submit', again)).toBe(
      `400 INVALID_PARAMETER_VALUE: idempotency_token "token" belongs to run ${runId}, which was deleted.`,
    );
  });

  test('check 4: a token of 65 characters is refused, one of 64 is not', async () => {
    const body = (length: number) => ({ tasks: [notebook('a')], idempotency_token: 'x'.repeat(length) });
    expect(await fixture.refuse('POST', 'jobs/runs/submit', body(65))).toBe(
      '400 INVALID_PARAMETER_VALUE: idempotency_token: must have at most 64 characters',
    );
    expect(await fixture.post('jobs/runs/submit', body(64))).toEqual({ run_id: expect.any(Number) });
  });
});

describe('cancelling', () => {
  test('check 7: a cancel of an ended run answers {} and keeps its outcome', async () => {
    const runId = await fixture.submit([notebook('a')]);
    await fixture.compute.find('a').end(exited);
    expect(await fixture.post('jobs/runs/cancel', { run_id: runId })).toEqual({});
    expect(await fixture.summarise(runId)).toBe('SUCCESS a=SUCCESS');
  });

  test('check 8: a queued run that is cancelled never starts', async () => {
    const jobId = await fixture.createJob({ tasks: [notebook('a')] });
    const [first, second] = [await fixture.runNow(jobId), await fixture.runNow(jobId)];
    await fixture.post('jobs/runs/cancel', { run_id: second });
    expect(await fixture.summarise(second)).toBe('CANCELED a=CANCELED');
    await fixture.compute.find('a').end(exited);
    expect(await fixture.summarise(first)).toBe('SUCCESS a=SUCCESS');
    expect(fixture.compute.executions).toHaveLength(1);
  });
});

describe('repairs', () => {
  test('check 9: a repair of all failed tasks runs the failed and the skipped ones again and no others', async () => {
    const runId = await runHalf(() => fixture.submit(failing));
    expect(await fixture.summarise(runId)).toBe('INTERNAL_ERROR/FAILED a=FAILED b=UPSTREAM_FAILED c=SUCCESS');
    await fixture.post('jobs/runs/repair', { run_id: runId, rerun_all_failed_tasks: true });
    await fixture.compute.executions[2]?.end(exited);
    await fixture.compute.executions[3]?.end(exited);
    expect(await fixture.summarise(runId)).toBe('SUCCESS a=FAILED b=UPSTREAM_FAILED c=SUCCESS a=SUCCESS b=SUCCESS');
    expect(fixture.compute.executions).toHaveLength(4);
  });

  test('check 10: the second repair needs the id of the first', async () => {
    const runId = await fixture.submit([notebook('a')]);
    await fixture.compute.executions[0]?.end(raised);
    const repair = { run_id: runId, rerun_tasks: ['a'] };
    const { repair_id: first } = await fixture.post('jobs/runs/repair', repair);
    await fixture.compute.executions[1]?.end(raised);
    expect(await fixture.refuse('POST', 'jobs/runs/repair', repair)).toBe(
      `400 INVALID_PARAMETER_VALUE: Run ${runId} was repaired before: latest_repair_id ${first} has to be provided.`,
    );
    expect(await fixture.refuse('POST', 'jobs/runs/repair', { ...repair, latest_repair_id: 1 })).toBe(
      `400 INVALID_PARAMETER_VALUE: latest_repair_id 1 is not the latest repair of run ${runId}: the latest repair is ${first}.`,
    );
    const { repair_id: second } = await fixture.post('jobs/runs/repair', { ...repair, latest_repair_id: first });
    expect(second).not.toBe(first);
  });

  test('check 11: a repair of an active run is refused', async () => {
    const runId = await fixture.submit([notebook('a')]);
    expect(await fixture.refuse('POST', 'jobs/runs/repair', { run_id: runId, rerun_all_failed_tasks: true })).toBe(
      `400 INVALID_STATE: Run ${runId} is still active.`,
    );
  });

  test('check 12: a repair keeps the run id and is told in the history behind the original', async () => {
    const runId = await runHalf(() => fixture.submit(failing));
    const history = async () =>
      (await fixture.get('jobs/runs/get', { run_id: runId, include_history: true })).repair_history;
    expect(await history()).toMatchObject([
      { type: 'ORIGINAL', state: { life_cycle_state: 'INTERNAL_ERROR' }, task_run_ids: { length: 3 } },
    ]);
    const { repair_id } = await fixture.post('jobs/runs/repair', { run_id: runId, rerun_tasks: ['a'] });
    expect(await fixture.summarise(runId)).toMatch(/^RUNNING /);
    expect(await history()).toMatchObject([
      { type: 'ORIGINAL', state: { life_cycle_state: 'INTERNAL_ERROR' } },
      {
        type: 'REPAIR',
        id: repair_id,
        state: { life_cycle_state: 'RUNNING' },
        end_time: 0,
        task_run_ids: { length: 1 },
      },
    ]);
  });

  test('a repair can run what depends on a task again, too, in the settings that the job has by now', async () => {
    const jobId = await fixture.createJob({ tasks: [notebook('a'), behind('b', 'a')] });
    const runId = await fixture.runNow(jobId);
    await fixture.compute.find('a').end(exited);
    await fixture.compute.find('b').end(exited);
    await fixture.post('jobs/update', {
      job_id: jobId,
      new_settings: { tasks: [{ ...notebook('b'), depends_on: [{ task_key: 'a' }], max_retries: 1 }] },
    });
    const repair = { run_id: runId, rerun_tasks: ['a'], rerun_dependent_tasks: true };
    await fixture.post('jobs/runs/repair', repair);
    await fixture.compute.executions[2]?.end(exited);
    await fixture.compute.executions[3]?.end(raised);
    expect(await fixture.summarise(runId)).toBe('RUNNING a=SUCCESS b=SUCCESS a=SUCCESS b=FAILED b=PENDING');
  });

  test('a repair does not know the parameters of the run unless they are sent again', async () => {
    const jobId = await fixture.createJob({ tasks: [notebook('a')], parameters: [{ name: 'day', default: 'none' }] });
    const runId = await fixture.runNow(jobId, { job_parameters: { day: 'monday' } });
    await fixture.compute.executions[0]?.end(raised);
    const { repair_id } = await fixture.post('jobs/runs/repair', { run_id: runId, rerun_tasks: ['a'] });
    await fixture.compute.executions[1]?.end(raised);
    const again = { run_id: runId, rerun_tasks: ['a'], latest_repair_id: repair_id, job_parameters: { day: 'monday' } };
    await fixture.post('jobs/runs/repair', again);
    const days = fixture.compute.executions.map(({ call: { work } }) => 'parameters' in work && work.parameters['day']);
    expect(days).toEqual(['monday', 'none', 'monday']);
  });
});

describe('dependencies', () => {
  test('check 13: a diamond with a failed leg whose end runs anyway is a success with failures', async () => {
    const end = { ...behind('d', 'b', 'c'), run_if: 'ALL_DONE' };
    const runId = await fixture.submit([notebook('a'), behind('b', 'a'), behind('c', 'a'), end]);
    await fixture.compute.find('a').end(exited);
    await fixture.compute.find('b').end(raised);
    await fixture.compute.find('c').end(exited);
    await fixture.compute.find('d').end(exited);
    expect(await fixture.summarise(runId)).toBe('SUCCESS_WITH_FAILURES a=SUCCESS b=FAILED c=SUCCESS d=SUCCESS');
  });

  // The whole matrix is in jobs/states.test.ts; this is one line of it through the API.
  test.each([
    ['ALL_SUCCESS', 'UPSTREAM_FAILED'],
    ['NONE_FAILED', 'UPSTREAM_FAILED'],
    ['AT_LEAST_ONE_SUCCESS', 'PENDING'],
    ['ALL_DONE', 'PENDING'],
    ['AT_LEAST_ONE_FAILED', 'PENDING'],
    ['ALL_FAILED', 'EXCLUDED'],
  ])('check 14: run_if %s behind a success and a failure: %s', async (runIf, expected) => {
    const runId = await fixture.submit([notebook('a'), notebook('b'), { ...behind('c', 'a', 'b'), run_if: runIf }]);
    await fixture.compute.find('a').end(exited);
    await fixture.compute.find('b').end(raised);
    expect(await fixture.summarise(runId)).toContain(` c=${expected}`);
  });

  test('check 15: a task of which all dependencies are excluded is excluded, whatever its run_if', async () => {
    const runId = await fixture.submit([
      notebook('a'),
      { ...behind('b', 'a'), run_if: 'ALL_FAILED' },
      { ...behind('c', 'b'), run_if: 'ALL_DONE' },
    ]);
    await fixture.compute.find('a').end(exited);
    expect(await fixture.summarise(runId)).toBe('SUCCESS a=SUCCESS b=EXCLUDED c=EXCLUDED');
  });

  test('check 16: a circle and an unknown dependency are refused when they are created', async () => {
    const circle = { tasks: [behind('a', 'b'), behind('b', 'a')] };
    const unknown = { tasks: [behind('a', 'nothing')] };
    for (const path of ['jobs/create', 'jobs/runs/submit']) {
      expect(await fixture.refuse('POST', path, circle)).toMatch(/^400 INVALID_PARAMETER_VALUE: .*"a".*"b"/);
      expect(await fixture.refuse('POST', path, unknown)).toMatch(/^400 INVALID_PARAMETER_VALUE: .*"a".*"nothing"/);
    }
  });
});

describe('concurrency', () => {
  test('check 17: a second run is queued until the first has ended', async () => {
    const jobId = await fixture.createJob({ tasks: [notebook('a')] });
    const [first, second] = [await fixture.runNow(jobId), await fixture.runNow(jobId)];
    expect(await fixture.summarise(second)).toBe('QUEUED a=BLOCKED');
    await fixture.compute.executions[0]?.end(exited);
    expect(await fixture.summarise(first)).toBe('SUCCESS a=SUCCESS');
    expect(await fixture.summarise(second)).toBe('PENDING a=PENDING');
  });

  test('check 17: a second run is skipped when the job does not queue', async () => {
    const jobId = await fixture.createJob({ tasks: [notebook('a')], queue: { enabled: false } });
    const [, second] = [await fixture.runNow(jobId), await fixture.runNow(jobId)];
    const { state, status } = await fixture.get('jobs/runs/get', { run_id: second });
    expect(state).toMatchObject({ life_cycle_state: 'SKIPPED', result_state: 'MAXIMUM_CONCURRENT_RUNS_REACHED' });
    expect(status.termination_details).toMatchObject({ type: 'CLIENT_ERROR', code: 'MAX_CONCURRENT_RUNS_EXCEEDED' });
  });

  test('a queued run outlives the server', async () => {
    const jobId = await fixture.createJob({ tasks: [notebook('a')] });
    const [first, second] = [await fixture.runNow(jobId), await fixture.runNow(jobId)];
    await fixture.restart();
    expect(await fixture.summarise(first)).toBe('INTERNAL_ERROR/FAILED a=INTERNAL_ERROR/FAILED');
    await fixture.compute.find('a').end(exited);
    expect(await fixture.summarise(second)).toBe('SUCCESS a=SUCCESS');
  });

  test('check 19: every retry is a task run of its own', async () => {
    const runId = await fixture.submit([notebook('a', { max_retries: 1 })]);
    await fixture.compute.executions[0]?.end(raised);
    await fixture.compute.executions[1]?.end(exited);
    const { tasks } = await fixture.get('jobs/runs/get', { run_id: runId });
    const [first, second] = tasks;
    expect(tasks).toMatchObject([
      { attempt_number: 0, state: { result_state: 'FAILED' } },
      { attempt_number: 1, state: { result_state: 'SUCCESS' }, original_attempt_run_id: first.run_id },
    ]);
    expect((await fixture.get('jobs/runs/get-output', { run_id: first.run_id })).error).toBe('ValueError: bad');
    expect((await fixture.get('jobs/runs/get-output', { run_id: second.run_id })).notebook_output.result).toBe('done');
  });
});
