import { createJobActivities } from '../../../activities/databricks/activities.ts';
import { mapKinds } from '../../../domain/kinds.ts';
import { jobOutputKey } from '../../../domain/names.ts';
import { FakeDatabricks } from '../../support/fake-databricks.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { makePlan } from '../../support/run-plans.ts';

const plan = makePlan();

function makeJob() {
  const databricks = new FakeDatabricks();
  const store = new MemoryStore();
  const roots = { landingRoot: 's3://bucket', tablesRoot: 's3://bucket/tables', notebooks: '/Shared/pinflow' };
  return { databricks, store, ...createJobActivities({ databricks, store, ...roots }) };
}

describe('databricks job', () => {
  test('is one run however often it is submitted', async () => {
    const { submitJob, databricks } = makeJob();
    const [first, second] = [await submitJob(plan), await submitJob(plan)];
    expect(first).toEqual({ runId: 1, epoch: 1 });
    expect(second).toEqual(first);
    expect([...databricks.runs.keys()].every((token) => token.length <= 64)).toBe(true);
  });

  test('is a new run once the last one is recorded as failed', async () => {
    const { submitJob, awaitJob, databricks } = makeJob();
    const first = await submitJob(plan);
    databricks.states = [{ state: 'failed', reason: 'TERMINATED/FAILED: no such column' }];
    databricks.error = 'AnalysisException: no such column';
    await expect(runInActivity(() => awaitJob({ plan, ...first }))).rejects.toMatchObject({
      code: 'RUN_FAILED',
      message:
        'databricks run 1 at http://databricks.invalid/run/1 ended: TERMINATED/FAILED: no such column; ' +
        'task "clean": AnalysisException: no such column; task "queries": AnalysisException: no such column',
    });
    expect(await submitJob(plan)).toEqual({ runId: 2, epoch: 2 });
  });

  test('is a new run once Databricks has lost the last one, and says that it was lost', async () => {
    const { submitJob, awaitJob, databricks } = makeJob();
    const first = await submitJob(plan);
    databricks.states = [{ state: 'lost', reason: 'INTERNAL_ERROR/FAILED: the cluster ended' }];
    await expect(runInActivity(() => awaitJob({ plan, ...first }))).rejects.toMatchObject({
      code: 'RUN_LOST',
      message: 'databricks run 1 at http://databricks.invalid/run/1 ended: INTERNAL_ERROR/FAILED: the cluster ended',
    });
    expect(await submitJob(plan)).toEqual({ runId: 2, epoch: 2 });
  });

  test('is waited for until it has ended', async () => {
    const { submitJob, awaitJob, databricks } = makeJob();
    databricks.states = [
      { state: 'active', lifeCycle: 'PENDING' },
      { state: 'active', lifeCycle: 'RUNNING' },
      { state: 'succeeded' },
    ];
    const submitted = await submitJob(plan);
    const ended = await runInActivity(() => awaitJob({ plan, ...submitted }));
    expect(ended).toEqual({ url: 'http://databricks.invalid/run/1', tasks: { clean: 101, queries: 102 } });
  });

  test('leaves its outputs as objects and returns only the counts', async () => {
    const { collectOutput, databricks, store } = makeJob();
    const counts = mapKinds(() => ({ clean: 3, quarantined: 2, duplicate: 1 }));
    databricks.outputs['clean'] = JSON.stringify({ own: counts, carriedOver: counts });
    databricks.outputs['queries'] = '{"q1":{}}';
    const cleaning = await collectOutput({ plan, tasks: { clean: 101, queries: 102 } });
    expect(cleaning).toEqual({ own: counts, carriedOver: counts });
    expect(String(await store.readObject(jobOutputKey(plan.workflowId, 'queries')))).toBe('{"q1":{}}');
  });

  test('names the part of the output that is not as agreed', async () => {
    const { collectOutput, databricks } = makeJob();
    databricks.outputs['clean'] = '{"own":{"pin":{"clean":-1}}}';
    databricks.outputs['queries'] = '{}';
    await expect(collectOutput({ plan, tasks: { clean: 101, queries: 102 } })).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      message: 'notebook "clean" ended with an unexpected value: expected a count at "own.pin.clean", got "-1"',
    });
  });

  test('is cancelled, watched until it is gone and recorded, so that the date can begin anew', async () => {
    const { submitJob, cancelJob, databricks } = makeJob();
    const submitted = await submitJob(plan);
    databricks.states = [{ state: 'active', lifeCycle: 'TERMINATING' }, { state: 'cancelled' }];
    await runInActivity(() => cancelJob({ plan, ...submitted }));
    expect(databricks.cancelled).toEqual([1]);
    expect(await submitJob(plan)).toEqual({ runId: 2, epoch: 2 });
  });
});
