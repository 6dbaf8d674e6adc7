import { makeMockActivities } from '../support/mock-activities.ts';
import { startPipeline, useWorkflowEnvironment } from '../support/workflow-environment.ts';

const environment = useWorkflowEnvironment();

test('every activity goes to the queue of its kind of work', async () => {
  const { activities } = makeMockActivities();
  const run = await environment().withWorker(activities, async () => {
    const started = await startPipeline(environment(), { date: '2026-11-22' });
    await started.result();
    return started;
  });

  const { events } = await run.fetchHistory();
  const scheduled = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
  expect(Object.fromEntries(scheduled.map((one) => [one.activityType?.name, one.taskQueue?.name]))).toEqual({
    prepareRun: 'pinflow-io',
    emulateKind: 'pinflow-bulk',
    planRanges: 'pinflow-io',
    landKind: 'pinflow-bulk',
    proveCoverage: 'pinflow-bulk',
    auditKind: 'pinflow-bulk',
    submitJob: 'pinflow-databricks',
    awaitJob: 'pinflow-databricks',
    collectOutput: 'pinflow-databricks',
    writeReport: 'pinflow-io',
  });
});
