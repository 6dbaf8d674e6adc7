import { mapKinds } from '../../../domain/kinds.ts';
import { PinflowError } from '../../../domain/errors.ts';
import { jobOutputKey, sweptJobKey } from '../../../domain/names.ts';
import { makeJob, plan } from './job-fixture.ts';

/** What a call fails with within so much time, which passes at once. */
async function failureAfter(ms: number, run: () => Promise<unknown>): Promise<unknown> {
  jest.useFakeTimers();
  try {
    const failure = run().catch((thrown: unknown) => thrown);
    await jest.advanceTimersByTimeAsync(ms);
    return await failure;
  } finally {
    jest.useRealTimers();
  }
}

describe('waiting for a databricks job', () => {
  test('ends when the run has ended', async () => {
    const { submitJob, awaitJob, databricks } = makeJob();
    const begun = await submitJob();
    databricks.states = [
      { state: 'active', lifeCycle: 'PENDING' },
      { state: 'active', lifeCycle: 'RUNNING' },
      { state: 'succeeded' },
    ];
    const ended = await awaitJob(begun);
    expect(ended).toEqual({ url: 'http://databricks.invalid/run/1', tasks: { clean: '101', queries: '102' } });
  });

  test('says what the notebooks said when they failed, and lets the next submit begin a new run', async () => {
    const { submitJob, awaitJob, databricks } = makeJob();
    const first = await submitJob();
    databricks.states = [{ state: 'failed', reason: 'TERMINATED/FAILED: no such column' }];
    databricks.error = 'AnalysisException: no such column';
    await expect(awaitJob(first)).rejects.toMatchObject({
      code: 'RUN_FAILED',
      message:
        'databricks run 1 at http://databricks.invalid/run/1 ended: TERMINATED/FAILED: no such column; ' +
        'task "clean": AnalysisException: no such column; task "queries": AnalysisException: no such column',
    });
    databricks.states = [{ state: 'active', lifeCycle: 'RUNNING' }];
    expect(await submitJob()).toEqual({ runId: '2', epoch: 2 });
  });

  test('records a failure although the output of a task is refused, so that the date is not stuck with that run', async () => {
    const { submitJob, awaitJob, databricks } = makeJob();
    const first = await submitJob();
    databricks.states = [{ state: 'failed', reason: 'TERMINATED/FAILED: no such column' }];
    const error = new PinflowError('DATABRICKS_REFUSED', 'a task that never ran has no output');
    databricks.faults.push({ call: 'readOutput', error }, { call: 'readOutput', error });
    await expect(awaitJob(first)).rejects.toMatchObject({ code: 'RUN_FAILED' });
    expect(databricks.faults).toEqual([]);
    expect(await submitJob()).toMatchObject({ runId: '2', epoch: 2 });
  });

  test('tells a run that Databricks lost from one that failed', async () => {
    const { submitJob, awaitJob, databricks } = makeJob();
    const first = await submitJob();
    databricks.states = [{ state: 'lost', reason: 'INTERNAL_ERROR/FAILED: the cluster ended' }];
    await expect(awaitJob(first)).rejects.toMatchObject({
      code: 'RUN_LOST',
      message: 'databricks run 1 at http://databricks.invalid/run/1 ended: INTERNAL_ERROR/FAILED: the cluster ended',
    });
    expect(await submitJob()).toEqual({ runId: '2', epoch: 2 });
  });

  test('takes a run that a person cancelled for failed, and one that a sweep cancelled for lost', async () => {
    const { submitJob, awaitJob, databricks, store } = makeJob();
    const first = await submitJob();
    databricks.states = [{ state: 'cancelled' }];
    await expect(awaitJob(first)).rejects.toMatchObject({ code: 'RUN_FAILED' });
    const key = sweptJobKey(plan.workflowId, first.runId);
    await store.createObject({ key, body: '{}', contentType: 'application/json' });
    await expect(awaitJob(first)).rejects.toMatchObject({
      code: 'RUN_LOST',
      message: expect.stringContaining('taken for an orphan'),
    });
  });

  test('goes on when a new run is not visible at first', async () => {
    const { submitJob, awaitJob, databricks } = makeJob();
    const begun = await submitJob();
    databricks.faults.push({ call: 'readRun', error: new PinflowError('RUN_GONE', 'run 1 does not exist') });
    await expect(awaitJob(begun)).resolves.toMatchObject({ tasks: { clean: '101' } });
    expect(databricks.faults).toEqual([]);
  });

  test('takes a run that is not there in all that time for lost', async () => {
    const { submitJob, awaitJob, databricks } = makeJob();
    const begun = await submitJob();
    databricks.runs.clear();
    const error = await failureAfter(100_000, () => awaitJob(begun));
    expect(error).toMatchObject({ code: 'RUN_LOST' });
    expect(await submitJob()).toMatchObject({ runId: '2', epoch: 2 });
  });
});

describe('the output of a databricks job', () => {
  test('is kept as objects, and only the counts are returned', async () => {
    const { collectOutput, databricks, store } = makeJob();
    const counts = mapKinds(() => ({ clean: 3, quarantined: 2, duplicate: 1 }));
    databricks.outputs['clean'] = JSON.stringify({ own: counts, carriedOver: counts });
    databricks.outputs['queries'] = '{"q1":{}}';
    const cleaning = await collectOutput(
      { runId: '1', epoch: 1 },
      mapKinds(() => ({ records: 12 })),
    );
    expect(cleaning).toEqual({ own: counts, carriedOver: counts });
    expect(String(await store.readObject(jobOutputKey(plan.workflowId, 'queries')))).toBe('{"q1":{}}');
  });

  test('is refused with the part that is not as agreed', async () => {
    const { collectOutput, databricks } = makeJob();
    databricks.outputs['clean'] = '{"own":{"pin":{"clean":-1}}}';
    databricks.outputs['queries'] = '{}';
    await expect(collectOutput({ runId: '1', epoch: 1 })).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      message: 'notebook "clean" ended with an unexpected value: expected a count at "own.pin.clean", got "-1"',
    });
  });
});

describe('a databricks run of an earlier try of the date', () => {
  test('that knows nothing of what landed since is not taken for an answer, and the next submit begins another', async () => {
    const { submitJob, collectOutput, databricks } = makeJob();
    const old = await submitJob();
    const counts = mapKinds(() => ({ clean: 3, quarantined: 0, duplicate: 0 }));
    databricks.outputs['clean'] = JSON.stringify({
      own: counts,
      carriedOver: mapKinds(() => ({ ...counts.pin, clean: 0 })),
    });
    databricks.outputs['queries'] = '{}';
    const given = { ...mapKinds(() => ({ records: 3 })), geo: { records: 5 } };

    await expect(collectOutput(old, given)).rejects.toMatchObject({
      code: 'RUN_OUTDATED',
      message: 'databricks run 1: geo: 5 records were given to the job but 3 cleaned',
    });

    const next = await submitJob();
    expect(next).toEqual({ runId: '2', epoch: 2 });
    expect(await collectOutput(next)).toMatchObject({ own: counts });
  });
});

describe('cancelling a databricks job', () => {
  test('waits until the run is gone and records it, so that the date can begin anew', async () => {
    const { submitJob, cancelJob, databricks } = makeJob();
    const begun = await submitJob();
    databricks.states = [{ state: 'active', lifeCycle: 'TERMINATING' }, { state: 'cancelled' }];
    await cancelJob(begun);
    expect(databricks.cancelled).toEqual(['1']);
    expect(await submitJob()).toEqual({ runId: '2', epoch: 2 });
  });

  test('leaves the result of a run that succeeded just before', async () => {
    const { submitJob, cancelJob, databricks } = makeJob();
    const begun = await submitJob();
    await cancelJob(begun);
    expect(databricks.cancelled).toEqual(['1']);
    expect(await submitJob()).toEqual(begun);
  });

  test('asks again when the run is not visible yet', async () => {
    const { submitJob, cancelJob, databricks } = makeJob();
    const begun = await submitJob();
    const error = new PinflowError('RUN_GONE', 'run 1 does not exist');
    databricks.faults.push({ call: 'cancelRun', error }, { call: 'readRun', error });
    databricks.states = [{ state: 'cancelled' }];
    await cancelJob(begun);
    expect(databricks.cancelled).toEqual(['1']);
  });

  test('names the run that is still alive', async () => {
    const { submitJob, cancelJob, databricks } = makeJob();
    const begun = await submitJob();
    databricks.states = [{ state: 'active', lifeCycle: 'TERMINATING' }];
    const error = await failureAfter(40_000, () => cancelJob(begun));
    expect(error).toMatchObject({
      code: 'RUN_NOT_CANCELLED',
      message: 'databricks run 1 is still TERMINATING: http://databricks.invalid/run/1',
    });
  });
});
