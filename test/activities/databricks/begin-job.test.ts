import { PinflowError } from '../../../domain/errors.ts';
import { landingManifestKey } from '../../../domain/names.ts';
import { makeJob, plan } from './job-fixture.ts';

const failed = { state: 'failed', reason: 'TERMINATED/FAILED: no such column' } as const;
const running = { state: 'active', lifeCycle: 'RUNNING' } as const;
const lost = new PinflowError('DATABRICKS_UNAVAILABLE', 'the answer was lost');

/** A job whose first run is recorded as failed. */
async function makeFailedJob() {
  const job = makeJob();
  const begun = await job.submitJob();
  job.databricks.states = [failed];
  await expect(job.awaitJob(begun)).rejects.toMatchObject({ code: 'RUN_FAILED' });
  return job;
}

describe('submitting the job', () => {
  test('is one run however often it is done', async () => {
    const { submitJob, databricks } = makeJob();
    const [first, second] = [await submitJob(), await submitJob()];
    expect(first).toEqual({ runId: '1', epoch: 1 });
    expect(second).toEqual(first);
    expect(databricks.tokens).toHaveLength(1);
    expect(databricks.tokens.every((token) => token.length <= 64)).toBe(true);
  });

  test('finds the run that a lost answer left behind', async () => {
    const { submitJob, databricks } = makeJob();
    databricks.faults.push({ call: 'submitRun', error: lost, after: true });
    await expect(submitJob()).rejects.toBe(lost);
    expect(await submitJob()).toEqual({ runId: '1', epoch: 1 });
    expect(databricks.runs.size).toBe(1);
  });

  test('marks the run as its namespace’s own', async () => {
    const { submitJob, databricks } = makeJob();
    await submitJob();
    const tasks = databricks.runs.get('1')?.submit.tasks ?? [];
    expect(tasks.map(({ parameters }) => parameters['pinflow_owner'])).toEqual(['ours', 'ours']);
  });

  test('passes over a failure that nobody recorded, if it was there before', async () => {
    const { submitJob, databricks } = makeJob();
    await submitJob();
    databricks.states = [{ state: 'cancelled' }];
    expect(await submitJob({ scheduledTimestampMs: Date.now() })).toEqual({ runId: '1', epoch: 1 });
    expect(await submitJob({ scheduledTimestampMs: Date.now() + 120_000 })).toEqual({ runId: '2', epoch: 2 });
    databricks.states = [running];
    expect(await submitJob()).toEqual({ runId: '2', epoch: 2 });
  });

  test('passes over a run that was deleted', async () => {
    const { submitJob, databricks } = makeJob();
    await submitJob();
    databricks.runs.clear();
    expect(await submitJob()).toEqual({ runId: '2', epoch: 2 });
    expect(await submitJob()).toEqual({ runId: '2', epoch: 2 });
  });

  test('starts nothing when Databricks refuses the job itself', async () => {
    const { submitJob, databricks } = makeJob();
    const error = new PinflowError('DATABRICKS_REFUSED', 'no such cluster');
    databricks.faults.push({ call: 'submitRun', error }, { call: 'submitRun', error: lost });
    await expect(submitJob()).rejects.toBe(lost);
    databricks.faults.push({ call: 'submitRun', error }, { call: 'submitRun', error });
    await expect(submitJob()).rejects.toBe(error);
    expect(databricks.runs.size).toBe(0);
    expect(await submitJob()).toEqual({ runId: '1', epoch: 1 });
  });

  test('does not try another token when the answer to a look at the run is a refusal', async () => {
    const { submitJob, databricks } = makeJob();
    const error = new PinflowError('DATABRICKS_REFUSED', 'not now');
    databricks.faults.push({ call: 'readRun', error });
    await expect(submitJob()).rejects.toBe(error);
    expect(databricks.runs.size).toBe(1);
  });

  test('goes on with a repair of the failed run that is under way, whoever began it', async () => {
    const { submitJob, databricks } = await makeFailedJob();
    await databricks.repairRun({ runId: '1', latestRepair: undefined, tasks: 'failed' });
    databricks.states = [running];
    expect(await submitJob()).toEqual({ runId: '1', epoch: 2, repairs: 1 });
    expect(databricks.runs.size).toBe(1);
  });
});

describe('repairing the job', () => {
  test('runs the failed tasks of the failed run again and ends with its success', async () => {
    const { repairJob, awaitJob, databricks } = await makeFailedJob();
    const repaired = await repairJob();
    expect(repaired).toEqual({ runId: '1', epoch: 2, repairs: 1 });
    expect(databricks.repaired).toEqual([{ runId: '1', latestRepair: undefined, tasks: 'failed' }]);
    databricks.states = [running, { state: 'succeeded' }];
    await expect(awaitJob(repaired)).resolves.toMatchObject({ tasks: { clean: '101' } });
    expect(databricks.runs.size).toBe(1);
  });

  test('names the latest repair when it is done again, and each that fails is recorded', async () => {
    const { repairJob, submitJob, awaitJob, databricks } = await makeFailedJob();
    await expect(awaitJob(await repairJob())).rejects.toMatchObject({ code: 'RUN_FAILED' });
    const second = await repairJob();
    expect(second).toEqual({ runId: '1', epoch: 3, repairs: 2 });
    expect(databricks.repaired.map(({ latestRepair }) => latestRepair)).toEqual([undefined, '11']);
    await expect(awaitJob(second)).rejects.toMatchObject({ code: 'RUN_FAILED' });
    expect(await submitJob()).toEqual({ runId: '2', epoch: 4 });
  });

  test('is done once although its answer is lost', async () => {
    const { repairJob, databricks } = await makeFailedJob();
    databricks.faults.push({ call: 'repairRun', error: lost, after: true });
    await expect(repairJob()).rejects.toBe(lost);
    expect(await repairJob()).toEqual({ runId: '1', epoch: 2, repairs: 1 });
    expect(databricks.repaired).toHaveLength(1);
  });

  test('is done once although it cannot be seen at first that it was', async () => {
    const { repairJob, databricks } = await makeFailedJob();
    const before = await databricks.readRun('1');
    databricks.faults.push({ call: 'repairRun', error: lost, after: true });
    await expect(repairJob()).rejects.toBe(lost);
    const look = jest.spyOn(databricks, 'readRun').mockResolvedValueOnce(before);
    expect(await repairJob()).toEqual({ runId: '1', epoch: 2, repairs: 1 });
    expect(look).toHaveBeenCalledTimes(2);
    expect(databricks.repaired).toHaveLength(1);
  });

  test('is not taken for failed while the run is seen as it was before', async () => {
    const { repairJob, awaitJob, databricks } = await makeFailedJob();
    const before = await databricks.readRun('1');
    const repaired = await repairJob();
    databricks.states = [{ state: 'succeeded' }];
    jest.spyOn(databricks, 'readRun').mockResolvedValueOnce(before);
    await expect(awaitJob(repaired)).resolves.toMatchObject({ tasks: { clean: '101' } });
  });

  test('runs every task when objects have landed since', async () => {
    const { repairJob, databricks, store } = await makeFailedJob();
    const key = landingManifestKey(plan.workflowId);
    await store.replaceObject({ key, body: '{"objects":["new"]}', contentType: 'application/json' });
    await repairJob();
    expect(databricks.repaired.map(({ tasks }) => tasks)).toEqual([['clean', 'queries']]);
  });

  test('is a submit when nothing has failed', async () => {
    const { repairJob, databricks } = makeJob();
    expect(await repairJob()).toEqual({ runId: '1', epoch: 1 });
    expect(databricks.repaired).toEqual([]);
  });

  test('passes over a repair that failed in the meantime', async () => {
    const { repairJob, databricks } = await makeFailedJob();
    await databricks.repairRun({ runId: '1', latestRepair: undefined, tasks: 'failed' });
    expect(await repairJob({ scheduledTimestampMs: Date.now() + 120_000 })).toEqual({
      runId: '1',
      epoch: 3,
      repairs: 2,
    });
  });

  test('is refused with the reason when Databricks refuses it or has no such run any more', async () => {
    const { repairJob, databricks } = await makeFailedJob();
    databricks.faults.push({ call: 'repairRun', error: new PinflowError('DATABRICKS_REFUSED', 'one-time run') });
    await expect(repairJob()).rejects.toMatchObject({ code: 'REPAIR_REFUSED', message: 'one-time run' });
    databricks.runs.clear();
    await expect(repairJob()).rejects.toMatchObject({
      code: 'REPAIR_REFUSED',
      message: 'databricks run 1 does not exist any more',
    });
  });
});
