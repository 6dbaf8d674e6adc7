import type { Info } from '@temporalio/activity';
import { createJobActivities, type Job } from '../../../activities/databricks/activities.ts';
import type { BegunJob } from '../../../activities/databricks/begin-job.ts';
import { mapKinds } from '../../../domain/kinds.ts';
import { FakeDatabricks } from '../../support/fake-databricks.ts';
import { FakeWorkflows } from '../../support/fake-workflows.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { makePlan } from '../../support/run-plans.ts';

export const plan = makePlan();

/** The activities of the job on things in memory, each call run as an activity. */
export function makeJob() {
  const databricks = new FakeDatabricks();
  const store = new MemoryStore();
  const workflows = new FakeWorkflows();
  const roots = { landingRoot: 's3://bucket', tablesRoot: 's3://bucket/tables', notebooks: '/Shared/pinflow' };
  const activities = createJobActivities({ databricks: () => databricks, store, workflows, ...roots });
  const withPlan = (begun: BegunJob): Job => ({ plan, ...begun });
  return {
    databricks,
    store,
    workflows,
    submitJob: (info: Partial<Info> = {}) => runInActivity(() => activities.submitJob(plan), info),
    repairJob: (info: Partial<Info> = {}) => runInActivity(() => activities.repairJob(plan), info),
    awaitJob: (begun: BegunJob) => runInActivity(() => activities.awaitJob(withPlan(begun))),
    cancelJob: (begun: BegunJob) => runInActivity(() => activities.cancelJob(withPlan(begun))),
    collectOutput: (begun: BegunJob, given = mapKinds(() => ({ records: 3 }))) =>
      runInActivity(() =>
        activities.collectOutput({ ...withPlan(begun), tasks: { clean: '101', queries: '102' }, given }),
      ),
  };
}
