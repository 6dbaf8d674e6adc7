import { Context } from '@temporalio/activity';
import { type DailyEnd, LISTED } from '../../domain/backfill.ts';
import { checkRun, type DailyRunRef, describeDailyStart } from '../../domain/daily-start.ts';
import { type DateRange, listDates } from '../../domain/date-range.ts';
import { PinflowError } from '../../domain/errors.ts';
import { parseDailyRunId } from '../../domain/names.ts';
import type { RunPipelineInput } from '../../domain/run.ts';
import { withProgress } from '../heartbeat.ts';
import type { ListedDaily, Workflows } from '../ports.ts';

/** One attempt waits this long and then makes way for others that wait for a slot. */
const WAIT_MS = 90_000;

export interface StartDependencies {
  readonly workflows: Workflows;
}

export interface ListInput extends DateRange {
  readonly pipeline: string;
  /** Look at the newest redo of each date and not only at its first id. */
  readonly redo: boolean;
}

export function createStartActivities({ workflows }: StartDependencies) {
  return {
    /** Starts the run of a date, or finds the one there is. @throws INPUT_INVALID naming every bad field */
    async startDaily(input: RunPipelineInput): Promise<DailyRunRef> {
      return workflows.startDaily(describeDailyStart(input), nameRequest());
    },

    /** Starts the run of a date under the first of its ids that has not succeeded, or joins the one that runs. */
    async redoDaily(input: RunPipelineInput): Promise<DailyRunRef> {
      const run = await workflows.startDaily(describeDailyStart(input), nameRequest());
      for (let [redo, found] = [2, run]; ; redo++) {
        if (found.outcome !== 'finished') return found;
        found = await workflows.startDaily(describeDailyStart(input, checkRun(input, redo)), nameRequest());
      }
    },

    /** Waits for the end of a run. Not ended yet is a retryable error, so that waiting costs no history. */
    async awaitDaily(run: DailyRunRef): Promise<DailyEnd> {
      return withProgress(`run ${run.workflowId}`, async (_, signal) => {
        const end = await workflows.awaitDaily(run, AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]));
        if (end === undefined) throw new PinflowError('RUN_UNFINISHED', `run "${run.workflowId}" has not ended`);
        return end;
      });
    },

    /** What there is of every date of the range: one letter of LISTED each, oldest first. */
    async listDates({ redo, ...range }: ListInput): Promise<string> {
      const newest = newestOfDates(await workflows.listDaily(range), redo);
      return listDates(range)
        .map((date) => LISTED[newest.get(date)?.state ?? 'none'])
        .join('');
    },
  };
}

/** The same for every attempt: a start whose answer was lost must not start again what has failed since (I6). */
function nameRequest(): string {
  const { activityId, workflowExecution } = Context.current().info;
  return `${workflowExecution?.runId}/${activityId}`;
}

function newestOfDates(runs: readonly ListedDaily[], redo: boolean): Map<string, ListedDaily> {
  const redoOf = ({ workflowId }: ListedDaily) => parseDailyRunId(workflowId)?.redo ?? 1;
  const candidates = runs.filter((run) => redo || redoOf(run) === 1).toSorted((a, b) => redoOf(a) - redoOf(b));
  return new Map(candidates.map((run) => [String(parseDailyRunId(run.workflowId)?.date), run]));
}
