import { createSweepActivities } from '../../../activities/databricks/sweep.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { makeJob, plan } from './job-fixture.ts';

const running = { state: 'active', lifeCycle: 'RUNNING' } as const;

/** A job whose Databricks run is active, and a sweep of the same namespace. */
async function makeActiveJob() {
  const job = makeJob();
  job.databricks.states = [running];
  const begun = await job.submitJob();
  const { sweepRuns } = createSweepActivities({ ...job, databricks: () => job.databricks });
  return { ...job, begun, sweep: (dryRun = false) => runInActivity(() => sweepRuns({ dryRun })) };
}

describe('a sweep', () => {
  test('cancels a run whose workflow does not run any more, and the date begins a new one', async () => {
    const { sweep, databricks, submitJob } = await makeActiveJob();
    databricks.states = [running, { state: 'cancelled' }];
    expect(await sweep()).toEqual({
      looked: 1,
      orphans: [{ runId: '1', workflowId: plan.workflowId, outcome: 'cancelled' }],
    });
    expect(databricks.cancelled).toEqual(['1']);
    expect(await submitJob({ scheduledTimestampMs: Date.now() + 120_000 })).toEqual({ runId: '2', epoch: 2 });
  });

  test('leaves a run whose workflow runs', async () => {
    const { sweep, databricks, workflows } = await makeActiveJob();
    workflows.running.add(plan.workflowId);
    expect(await sweep()).toEqual({ looked: 1, orphans: [] });
    expect(databricks.cancelled).toEqual([]);
  });

  test('leaves a run of the same name that another namespace began', async () => {
    const { sweep, databricks, workflows } = await makeActiveJob();
    workflows.namespaceId = 'another';
    expect(await sweep()).toEqual({ looked: 1, orphans: [] });
    expect(databricks.cancelled).toEqual([]);
  });

  test('cancels the run of a stream that nobody supervises any more', async () => {
    const { sweep, databricks } = await makeActiveJob();
    const [daily] = [...databricks.runs.values()].map(({ submit }) => submit.tasks[0]);
    databricks.runs.clear();
    const task = { key: 'stream', notebook: '/n', parameters: daily?.parameters ?? {}, dependsOn: [] };
    const runId = await databricks.submitRun({ runName: 'stream-team/stream', idempotencyToken: 's', tasks: [task] });
    databricks.states = [running, { state: 'cancelled' }];
    expect((await sweep()).orphans).toEqual([{ runId, workflowId: 'stream-team', outcome: 'cancelled' }]);
  });

  test('leaves runs that are not of a daily run, or carry no mark', async () => {
    const { sweep, databricks } = await makeActiveJob();
    const task = { key: 'clean', notebook: '/n', parameters: {}, dependsOn: [] };
    databricks.runs.clear();
    for (const runName of [
      'nightly',
      `${plan.workflowId}/other`,
      'adhoc-2026-11-22/run-job',
      `${plan.workflowId}/run-job`,
    ]) {
      await databricks.submitRun({ runName, idempotencyToken: runName, tasks: [task] });
    }
    expect(await sweep()).toEqual({ looked: 1, orphans: [] });
    expect(databricks.cancelled).toEqual([]);
  });

  test('only names what it finds when asked to', async () => {
    const { sweep, databricks } = await makeActiveJob();
    expect((await sweep(true)).orphans).toMatchObject([{ runId: '1', outcome: 'found' }]);
    expect(databricks.cancelled).toEqual([]);
  });

  test('keeps a run whose date is started again in that moment', async () => {
    const { sweep, databricks, workflows } = await makeActiveJob();
    const isRunning = jest.spyOn(workflows, 'isRunning').mockResolvedValueOnce(false).mockResolvedValueOnce(true);
    expect((await sweep()).orphans).toMatchObject([{ runId: '1', outcome: 'kept' }]);
    expect(isRunning).toHaveBeenCalledTimes(2);
    expect(databricks.cancelled).toEqual([]);
  });

  test('that cancels a run in the very moment its date is started again makes that date submit the job again', async () => {
    const { sweep, databricks, awaitJob, begun, submitJob } = await makeActiveJob();
    expect(await submitJob()).toEqual(begun);
    databricks.states = [running, { state: 'cancelled' }];
    await sweep();
    await expect(awaitJob(begun)).rejects.toMatchObject({ code: 'RUN_LOST' });
    expect(await submitJob()).toEqual({ runId: '2', epoch: 2 });
  });
});
