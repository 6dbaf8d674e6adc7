import { WorkflowFailedError } from '@temporalio/client';
import type { Config } from '../../config/schema.ts';
import { type BackfillInput, type BackfillProgress, backfillWorkflowId, checkBackfill } from '../../domain/backfill.ts';
import type { backfill } from '../../workflows/backfill.ts';
import { backfillProgressQuery, pauseUpdate, resizeUpdate, resumeUpdate } from '../../workflows/messages.ts';
import { connectClient } from '../connect.ts';
import { rejectUnknownRun } from '../reject-unknown-run.ts';
import { summariseProgress } from '../summarise-backfill.ts';
import type { BackfillHandle } from './backfill-run.ts';

/** Prints how far a backfill is, also when it has ended. */
export function printBackfill(config: Config, range: BackfillInput): Promise<void> {
  return ask(config, range, { of: 'backfill', send: (handle) => handle.query(backfillProgressQuery) });
}

export function pauseBackfill(config: Config, range: BackfillInput): Promise<void> {
  return ask(config, range, { of: 'active backfill', send: (handle) => handle.executeUpdate(pauseUpdate) });
}

export function resumeBackfill(config: Config, range: BackfillInput): Promise<void> {
  return ask(config, range, { of: 'active backfill', send: (handle) => handle.executeUpdate(resumeUpdate) });
}

export function resizeBackfill(config: Config, input: BackfillInput & { readonly concurrency: number }): Promise<void> {
  return ask(config, input, {
    of: 'active backfill',
    send: (handle) => handle.executeUpdate(resizeUpdate, { args: [input.concurrency] }),
  });
}

/** Cancels a backfill and waits until it has ended; dates that run go on. */
export function cancelBackfill(config: Config, range: BackfillInput): Promise<void> {
  return ask(config, range, {
    of: 'active backfill',
    send: async (handle) => {
      await handle.cancel();
      await handle.result().catch((error: unknown) => {
        if (!(error instanceof WorkflowFailedError)) throw error;
      });
      return handle.query(backfillProgressQuery);
    },
  });
}

interface Request {
  /** What there has to be. */
  readonly of: 'backfill' | 'active backfill';
  readonly send: (handle: BackfillHandle) => Promise<BackfillProgress>;
}

/** Sends a request and prints how far the backfill then is. */
async function ask(config: Config, input: BackfillInput, { of, send }: Request): Promise<void> {
  const workflowId = backfillWorkflowId(checkBackfill(input));
  const client = await connectClient(config.temporal);
  try {
    const handle = client.workflow.getHandle<typeof backfill>(workflowId);
    const progress = await send(handle).catch(rejectUnknownRun(`${of} "${workflowId}"`));
    const { status } = await handle.describe();
    console.log(`${workflowId}: ${status.name.toLowerCase()}`);
    for (const line of summariseProgress(progress)) console.log(line);
  } finally {
    await client.connection.close();
  }
}
