import { Context } from '@temporalio/activity';
import type { ActivityProgress } from '../domain/run.ts';

/** Three beats fit into the shortest heartbeat time-out, so that a busy machine does not look like a dead one. */
const BEAT_MS = 3_000;

/** Says how far the activity is. For people and for liveness only (I7). */
export type ReportProgress = (progress: ActivityProgress) => void;

/**
 * Runs a long activity with a heartbeat of its own, so that one slow call does not look like a dead worker, and gives
 * it a signal that fires when the activity is cancelled.
 */
export async function runWithHeartbeat<T>(
  label: string,
  run: (report: ReportProgress, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  let latest: ActivityProgress = { label, done: 0, total: 0 };
  const timer = setInterval(() => context.heartbeat(latest), BEAT_MS);
  try {
    const report = (progress: ActivityProgress) => {
      latest = progress;
      context.heartbeat(latest);
    };
    return await Promise.race([run(report, context.cancellationSignal), context.cancelled]);
  } finally {
    clearInterval(timer);
  }
}
