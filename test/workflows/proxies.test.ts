import type { Queue } from '../../domain/queues.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { makeMockActivities } from '../support/mock-activities.ts';
import { bundleWorkflows, createWorkflowEnvironment } from '../support/workflow-environment.ts';

/** The queue each activity of a workflow went to, by name. */
async function queuesOf(type: string, { workflowId, input }: { workflowId: string; input: unknown }) {
  const { server, withWorker } = await createWorkflowEnvironment(await bundleWorkflows());
  try {
    const handle = await withWorker(makeMockActivities().activities, async () => {
      const started = await server.client.workflow.start(type, { workflowId, taskQueue: TASK_QUEUE, args: [input] });
      await started.result();
      return started;
    });
    const { events } = await handle.fetchHistory();
    const scheduled = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
    return Object.fromEntries(scheduled.map((one) => [one.activityType?.name, one.taskQueue?.name])) as Record<
      string,
      Queue
    >;
  } finally {
    await server.teardown();
  }
}

test('every activity goes to the queue of its kind of work', async () => {
  expect(
    await queuesOf('runPipeline', { workflowId: 'daily-pinterest-2026-11-22', input: { date: '2026-11-22' } }),
  ).toEqual({
    prepareRun: 'pinflow-io',
    emulateKind: 'pinflow-bulk',
    planRanges: 'pinflow-io',
    landKind: 'pinflow-bulk',
    proveCoverage: 'pinflow-io',
    submitJob: 'pinflow-databricks',
    awaitJob: 'pinflow-databricks',
    collectOutput: 'pinflow-databricks',
    writeReport: 'pinflow-io',
  });
});
