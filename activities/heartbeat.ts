import { Context } from '@temporalio/activity';
import type { ActivityProgress } from '../domain/run.ts';
import { type ActivityFunction, wrapActivities } from './wrap-activities.ts';

/** Four beats fit into the heartbeat time-out, so that a busy machine does not look like a dead one. */
const BEAT_MS = 2_000;

/** What each running activity last told of itself. */
const latest = new WeakMap<Context, ActivityProgress>();

/**
 * Wraps activities so that each beats from its begin to its end, whatever it waits for: a killed worker is noticed by the
 * beats that are missing, and a cancellation arrives with one. An activity that is cancelled ends at once.
 */
export function withHeartbeats<T extends Record<string, ActivityFunction>>(activities: T): T {
  return wrapActivities(activities, async (run) => {
    const context = Context.current();
    const beat = setInterval(() => context.heartbeat(latest.get(context)), BEAT_MS);
    try {
      return await Promise.race([run(), context.cancelled]);
    } finally {
      clearInterval(beat);
    }
  });
}

/** Says how far the activity is. For people only: nothing resumes from it (I7). */
export type ReportProgress = (progress: ActivityProgress) => void;

/** Gives an activity a way to tell how far it is, with its next beats, and a signal that fires when it is cancelled. */
export async function withProgress<T>(
  label: string,
  run: (report: ReportProgress, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const report = (progress: ActivityProgress) => {
    latest.set(context, progress);
    context.heartbeat(progress);
  };
  latest.set(context, { label, done: 0, total: 0 });
  return run(report, context.cancellationSignal);
}
