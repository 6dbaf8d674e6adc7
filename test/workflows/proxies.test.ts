import { makeMockActivities } from '../support/mock-activities.ts';
import { startPipeline, useWorkflowEnvironment } from '../support/workflow-environment.ts';

const environment = useWorkflowEnvironment();

/** The activities of a run, and the queue that each went to. */
async function readQueues(input: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { activities } = makeMockActivities();
  const run = await environment().withWorker(activities, async () => {
    const started = await startPipeline(environment(), { date: '2026-11-22', ...input });
    await started.result();
    return started;
  });
  const { events } = await run.fetchHistory();
  const scheduled = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
  return Object.fromEntries(scheduled.map((one) => [one.activityType?.name, one.taskQueue?.name]));
}

test('every activity goes to the queue of its kind of work', async () => {
  expect(await readQueues({})).toEqual({
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

test('what is sent at a pace goes to a queue of its own, for it may take all day', async () => {
  expect(await readQueues({ rate: 50 })).toMatchObject({ emulateKind: 'pinflow-paced', landKind: 'pinflow-bulk' });
  expect(await readQueues({ pace: 'course' })).toMatchObject({ emulatePosts: 'pinflow-paced' });
});
