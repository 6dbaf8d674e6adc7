import type { WorkflowHandle } from '@temporalio/client';
import { databricksRunName, dailyRunId } from '../../domain/names.ts';
import type { RunPipelineResult, Step } from '../../domain/run.ts';
import { progressQuery } from '../../workflows/messages.ts';
import { pinflow } from './processes.ts';
import { countDoubled, countLost } from './run-results.ts';
import { listDatabricksRuns, readLandedHashes, type RunningStack, waitUntil } from './running-stack.ts';

/** Small objects, so that a run has several of each partition. */
export const SMALL_OBJECTS = { PINFLOW_LAND_MAX_RECORDS: '50' };

/** Rows are drawn as the course draws them: every pipeline and date is sent the same ones in the same order. */
export async function startCourseRun(
  stack: RunningStack,
  { pipeline, date = '2026-11-20', rows = 300 }: { pipeline: string; date?: string; rows?: number },
): Promise<WorkflowHandle> {
  const options = ['--pipeline', pipeline, '--rows', String(rows), '--order', 'course'];
  const { code, stderr } = await pinflow('start', date, ...options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stack.client.workflow.getHandle(dailyRunId({ pipeline, date }));
}

/** What a run leaves once it has ended: its objects, and what of it is lost or there twice. */
export async function describeRun(stack: RunningStack, handle: WorkflowHandle) {
  const result = (await handle.result()) as RunPipelineResult;
  const pipeline = handle.workflowId.replace(/^daily-|-\d{4}-\d\d-\d\d$/g, '');
  const { length } = await listDatabricksRuns(stack, databricksRunName(handle.workflowId, 'run-job'));
  return {
    objects: await readLandedHashes(stack, pipeline),
    lost: countLost([result]),
    duplicated: countDoubled([result], () => length),
  };
}

/** Waits until the run has done the step; asks a worker, so one of those that have the run must be able to answer. */
export async function waitUntilDone(handle: WorkflowHandle, step: Step): Promise<void> {
  await waitUntil(`${handle.workflowId} has done ${step}`, async () => {
    const { steps } = await handle.query(progressQuery);
    return steps.some(({ name, state }) => name === step && state === 'done');
  });
}

/** The objects of a run to which nothing happens; it is ended once it has landed. */
export async function landUndisturbed(
  stack: RunningStack,
  run: Parameters<typeof startCourseRun>[1],
): Promise<Map<string, string>> {
  const handle = await startCourseRun(stack, run);
  await waitUntilDone(handle, 'prove');
  await handle.cancel();
  await handle.result().catch(() => undefined);
  return readLandedHashes(stack, run.pipeline);
}

/** An activity that a worker had begun when it died. */
export interface Interrupted {
  readonly handle: WorkflowHandle;
  readonly activityId: string;
  readonly attempt: number;
}

/** The activities of a run that this process has begun and not ended. */
export async function listBegun(handle: WorkflowHandle, pid: number | undefined): Promise<Interrupted[]> {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? [])
    .filter(({ lastWorkerIdentity }) => lastWorkerIdentity?.startsWith(`${pid}@`))
    .map(({ activityId, attempt }) => ({ handle, activityId: String(activityId), attempt: Number(attempt) }));
}

/** Waits until another worker has begun or ended all of them; gives how long that took. */
export async function awaitResumed(begun: readonly Interrupted[], since: number): Promise<number> {
  await waitUntil('what was interrupted goes on', async () => (await Promise.all(begun.map(isResumed))).every(Boolean));
  return Date.now() - since;
}

/** Whether the run waits no longer for any of them. */
export async function areEnded(begun: readonly Interrupted[]): Promise<boolean> {
  const pending = await Promise.all(begun.map(findPending));
  return pending.every((activity) => activity === undefined);
}

async function isResumed(interrupted: Interrupted): Promise<boolean> {
  const { attempt } = interrupted;
  const pending = await findPending(interrupted);
  return pending === undefined || (Number(pending.attempt) > attempt && Number(pending.state) === STARTED);
}

async function findPending({ handle, activityId }: Interrupted) {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).find((activity) => activity.activityId === activityId);
}

/** Number of the state in the server's API. */
const STARTED = 2;
