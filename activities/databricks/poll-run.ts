import { sleep } from '@temporalio/activity';
import { PinflowError } from '../../domain/errors.ts';
import type { DatabricksJobs, DatabricksRun } from '../ports.ts';

/** Quick at first, for small jobs on a warm cluster, then rarely: a call costs a request quota that others share. */
const POLL_MS = { first: 500, factor: 1.5, longest: 15_000 };
/** Databricks stops a run within seconds. With one more call this stays within the minute of an activity. */
const CANCEL_WAIT_MS = 35_000;

export interface Watched {
  readonly runId: string;
  /** How many repairs the run is known to have had: with fewer, what is read is of the time before. */
  readonly repairs?: number;
}

interface PollOptions {
  readonly until: number;
  /** Called before each pause with the run's life cycle. */
  readonly onPause?: (lifeCycle: string) => void;
  /** Called before each look. */
  readonly beforeLook?: () => Promise<void>;
}

/**
 * Looks until the run has ended, or time is up, and returns what was seen last; undefined when there was no such run in
 * all that time. A run that was begun or repaired a moment ago may not be seen at once.
 */
export async function pollRun(
  watched: Watched,
  api: DatabricksJobs,
  { until, onPause, beforeLook }: PollOptions,
): Promise<DatabricksRun | undefined> {
  let seen: DatabricksRun | undefined;
  for (let pause = POLL_MS.first; ; pause = Math.min(pause * POLL_MS.factor, POLL_MS.longest)) {
    await beforeLook?.();
    const run = await findRun(watched.runId, api);
    seen = run ?? seen;
    if (run !== undefined && hasEnded(run, watched)) return run;
    if (Date.now() + pause > until) return seen;
    onPause?.(run?.state.state === 'active' ? run.state.lifeCycle : 'NOT SEEN YET');
    await sleep(pause);
  }
}

/**
 * Ends a run and returns it as it ended; undefined when there is no such run.
 * @throws PinflowError RUN_NOT_CANCELLED while it is still alive
 */
export async function endRun(watched: Watched, api: DatabricksJobs): Promise<DatabricksRun | undefined> {
  const { runId } = watched;
  let asked = false;
  const askToEnd = async () => {
    asked ||= await api.cancelRun(runId).then(
      () => true,
      (error: unknown) => {
        if (isGone(error)) return false;
        throw error;
      },
    );
  };
  const run = await pollRun(watched, api, { until: Date.now() + CANCEL_WAIT_MS, beforeLook: askToEnd });
  if (run !== undefined && !hasEnded(run, watched)) {
    const state = run.state.state === 'active' ? run.state.lifeCycle : 'of unknown state';
    throw new PinflowError('RUN_NOT_CANCELLED', `databricks run ${runId} is still ${state}: ${run.url}`);
  }
  return run;
}

/** Whether the run has ended, and is not merely seen as it was before its last repair. */
export function hasEnded(run: DatabricksRun, { repairs = 0 }: Watched): boolean {
  return run.state.state !== 'active' && run.repairs.length >= repairs;
}

/** The run, or undefined when Databricks knows none of this id. */
export async function findRun(runId: string, api: DatabricksJobs): Promise<DatabricksRun | undefined> {
  try {
    return await api.readRun(runId);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof PinflowError && error.code === 'RUN_GONE';
}
