import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { connectClient } from '../../client/connect.ts';
import { loadConfig } from '../../config/load.ts';
import { dailyRunId } from '../../domain/names.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { numberSearchAttributes } from '../support/number-search-attributes.ts';
import { startWorker, type WorkerProcess } from '../support/processes.ts';
import { reportFault } from '../support/report-fault.ts';
import { waitUntil } from '../support/running-stack.ts';

/** A day, in the server's API. */
const DAY = { seconds: 86_400 } as never;
/** Number of the behaviour of a versioning override that pins. */
const PINNED = 1;

const deploymentName = 'pinflow';
/** A namespace of its own: a version that is current would take the runs of all other tests. */
const namespace = `versions-${randomUUID()}`;
let client: Client;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  const { address } = loadConfig().temporal;
  client = await connectClient({ ...loadConfig().temporal, address, namespace });
  await client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: DAY });
  const searchAttributes = numberSearchAttributes();
  await client.connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
});

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
  await client.connection.close();
});

/** Workflows alone: a run then waits with its first activity for as long as it is let. */
async function addWorker(build: string): Promise<void> {
  workers.push(
    await startWorker({
      TEMPORAL_NAMESPACE: namespace,
      PINFLOW_WORKER_QUEUES: TASK_QUEUE,
      PINFLOW_WORKER_DEPLOYMENT: deploymentName,
      PINFLOW_WORKER_BUILD: build,
    }),
  );
}

/** As `temporal worker deployment set-current-version` does; a version is known once a worker of it has polled. */
async function makeCurrent(buildId: string): Promise<void> {
  await waitUntil(`version ${buildId} is current`, () =>
    client.workflowService.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId }).then(
      () => true,
      () => false,
    ),
  );
}

async function startRun(date: string): Promise<WorkflowHandle> {
  const workflowId = dailyRunId({ pipeline: 'versions', date });
  const input = { date, pipeline: 'versions' };
  const handle = await client.workflow.start('runPipeline', { workflowId, taskQueue: TASK_QUEUE, args: [input] });
  await waitUntil(
    `the run of ${date} waits`,
    async () => (await handle.describe()).raw.pendingActivities?.length === 1,
  );
  return handle;
}

/** The build of every workflow task that the run has had. */
async function buildsOf(handle: WorkflowHandle): Promise<(string | null | undefined)[]> {
  const { events } = await handle.fetchHistory();
  const completed = (events ?? []).flatMap((event) => event.workflowTaskCompletedEventAttributes ?? []);
  return completed.map(({ deploymentVersion }) => deploymentVersion?.buildId);
}

/** As `temporal workflow update-options` does: from its next workflow task on, the run belongs to the other build. */
async function moveTo(buildId: string, { workflowId }: WorkflowHandle): Promise<void> {
  const versioningOverride = { pinned: { behavior: PINNED, version: { deploymentName, buildId } } };
  await client.workflowService.updateWorkflowExecutionOptions({
    ...{ namespace, workflowExecution: { workflowId }, workflowExecutionOptions: { versioningOverride } },
    updateMask: { paths: ['versioning_override'] },
  });
}

async function cancel(handle: WorkflowHandle): Promise<void> {
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow('Workflow execution cancelled');
}

test('a run stays on its build while new ones go to the current one, forth and back', async () => {
  await Promise.all([addWorker('a'), addWorker('b')]);
  await makeCurrent('a');
  const before = await startRun('2026-11-20');

  await makeCurrent('b');
  const after = await startRun('2026-11-21');
  await cancel(before);

  expect(await buildsOf(before)).toEqual(['a', 'a']);

  await makeCurrent('a');
  const rolledBack = await startRun('2026-11-22');
  await cancel(after);
  await cancel(rolledBack);

  expect(await buildsOf(after)).toEqual(['b', 'b']);
  expect(await buildsOf(rolledBack)).toEqual(['a', 'a']);
});

test('a run that is moved to the next build in its middle goes on there, and on the old one when it is moved back', async () => {
  const run = await startRun('2026-11-23');
  const recoveryMs: number[] = [];
  for (const build of ['b', 'a']) {
    const begun = Date.now();
    await moveTo(build, run);
    // Nobody listens to it, but the run has a workflow task to replay all that came before for.
    await run.signal('nudge');
    await waitUntil(`build ${build} has worked on the run`, async () => (await buildsOf(run)).at(-1) === build);
    recoveryMs.push(Date.now() - begun);
  }
  const { length: waiting = 0 } = (await run.describe()).raw.pendingActivities ?? [];
  await cancel(run);

  const builds = await buildsOf(run);
  expect(builds).toEqual(['a', 'b', 'a', 'a']);
  const { events = [] } = await run.fetchHistory();
  const begun = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
  const failed = (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes);
  expect(failed).toEqual([]);
  reportFault({
    number: 38,
    fault: 'run moved to the next build of the worker, then back',
    injected: recoveryMs.length,
    lost: 1 - waiting,
    // A build that did not know what the other has done would begin it again.
    duplicated: begun.length - 1,
    recoveryMs,
  });
});
