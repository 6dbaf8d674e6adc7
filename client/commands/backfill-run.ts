import { CancelledFailure, type Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { Config } from '../../config/schema.ts';
import {
  type BackfillInput,
  type BackfillPlan,
  type BackfillResult,
  backfillWorkflowId,
  checkBackfill,
} from '../../domain/backfill.ts';
import { PinflowError } from '../../domain/errors.ts';
import { temporalPage } from '../../domain/names.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { backfill } from '../../workflows/backfill.ts';
import { backfillProgressQuery } from '../../workflows/messages.ts';
import { connectClient } from '../connect.ts';
import { readWorkflowInput } from '../read-workflow-input.ts';
import { drawBackfill } from '../draw-backfill.ts';
import { INTERRUPTED, showLive } from '../show-live.ts';
import { findDifferences, summariseBackfill, summarisePreview, summariseProgress } from '../summarise-backfill.ts';

export type BackfillHandle = WorkflowHandle<typeof backfill>;

/** Starts a backfill, or attaches to the one that runs, shows it to its end and gives the exit code. */
export async function runBackfill(config: Config, input: BackfillInput): Promise<number> {
  const plan = checkBackfill(input);
  const workflowId = backfillWorkflowId(plan);
  const client = await connectClient(config.temporal);
  try {
    const { handle, isNew } = await startBackfill(client, input, plan);
    if (plan.dryRun) return tell(plan, await handle.result());
    const page = temporalPage(config.temporal, workflowId);
    console.log(`${isNew ? 'started' : 'attached to'} ${workflowId}${page === undefined ? '' : `, ${page}`}`);
    const shown = await showLive({ handle, query: backfillProgressQuery, draw: drawBackfill });
    if (shown === 'ended') return await tellEnd(plan, handle);
    console.log(`${workflowId} goes on; the same command attaches to it again, and "backfill cancel" ends it`);
    return INTERRUPTED;
  } finally {
    await client.connection.close();
  }
}

/** A backfill that somebody has cancelled has no result, but says what it has left running. */
async function tellEnd(plan: BackfillPlan, handle: BackfillHandle): Promise<number> {
  try {
    return tell(plan, await handle.result());
  } catch (error) {
    if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof CancelledFailure)) throw error;
    console.log(`${handle.workflowId} was cancelled; dates that run go on`);
    for (const line of summariseProgress(await handle.query(backfillProgressQuery))) console.log(line);
    return 1;
  }
}

function tell(plan: BackfillPlan, result: BackfillResult): number {
  const { progress, gaps, found } = result;
  for (const line of found === undefined ? summariseBackfill(result) : summarisePreview(plan, found)) console.log(line);
  return found === undefined && (progress.done + progress.skipped < progress.dates || gaps.length > 0) ? 1 : 0;
}

/** @throws PinflowError BACKFILL_DIFFERS when one with other arguments runs over the range */
async function startBackfill(
  client: Client,
  input: BackfillInput,
  plan: BackfillPlan,
): Promise<{ handle: BackfillHandle; isNew: boolean }> {
  const workflowId = backfillWorkflowId(plan);
  const handle = client.workflow.getHandle<typeof backfill>(workflowId);
  const before = await handle.describe().catch(() => undefined);
  const { pipeline, from, to } = plan;
  await client.workflow.start(backfill, {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${pipeline} ${from} to ${to}`,
    staticDetails: `Backfill of **${pipeline}** from ${from} to ${to}. Its dates are runs of their own, with ids of their own.`,
  });
  const running = checkBackfill((await readWorkflowInput(client, workflowId)) as BackfillInput);
  const differences = findDifferences(plan, running);
  if (differences.length > 0)
    throw new PinflowError('BACKFILL_DIFFERS', `${workflowId} runs: ${differences.join('; ')}`);
  return { handle, isNew: before?.status.name !== 'RUNNING' };
}
