import { dateOfScheduledTime, DEFAULT_TIME_ZONE, findZoneProblems } from './daily-schedule.ts';
import { PinflowError } from './errors.ts';
import { formatInstant } from './instants.ts';
import { dailyRunId } from './names.ts';
import {
  DEFAULT_PIPELINE,
  formatSource,
  planRun,
  type RunPipelineInput,
  type RunPlan,
  type RunSettings,
  TASK_QUEUE,
} from './run.ts';

/**
 * How a date is started, the same from everywhere (I4). The two policies together: a date that runs is joined, one that
 * succeeded stays, one that failed begins again.
 */
export interface DailyStart {
  readonly workflowId: string;
  readonly workflowType: 'runPipeline';
  readonly taskQueue: typeof TASK_QUEUE;
  readonly args: [RunPipelineInput];
  readonly workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY';
  readonly workflowIdConflictPolicy: 'USE_EXISTING';
  /** What people read in the Temporal UI. */
  readonly staticSummary: string;
  readonly staticDetails: string;
}

/** What a start met: nothing, so a run began; a run on its way; or one that had succeeded. */
export type StartOutcome = 'started' | 'attached' | 'finished';

/** The run that a start led to. */
export interface DailyRunRef {
  readonly workflowId: string;
  readonly runId: string;
  readonly outcome: StartOutcome;
}

/** Checks an input as the workflow itself will. @throws PinflowError INPUT_INVALID naming every bad field */
export function checkRun(input: RunPipelineInput, redo?: number): RunPlan {
  const { pipeline = DEFAULT_PIPELINE, date } = input;
  const checked = planRun(dailyRunId({ pipeline, date, ...(redo !== undefined && { redo }) }), input);
  if ('problems' in checked) throw new PinflowError('INPUT_INVALID', checked.problems.join('; '));
  return checked.plan;
}

/** `plan` is the checked input. */
export function describeDailyStart(input: RunPipelineInput, plan = checkRun(input)): DailyStart {
  const { workflowId, pipeline, date, source, order } = plan;
  return {
    workflowId,
    workflowType: 'runPipeline',
    taskQueue: TASK_QUEUE,
    args: [input],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${pipeline} ${date}`,
    staticDetails: `Daily run of **${pipeline}** for ${date}, source ${formatSource(source)}, order ${order}.`,
  };
}

/** What a schedule hands to its dispatch: what is the same for every date, and how to tell the rest. */
export interface DispatchInput extends RunSettings {
  /** Zone in whose days the dates are counted. */
  readonly timeZone?: string;
  /** How long after it was due a run may end without being late. */
  readonly lateAfterMinutes?: number;
}

/** The input of the run of the date that was due. @throws PinflowError INPUT_INVALID naming what is bad in it */
export function describeDueRun(dispatch: DispatchInput, due: Date): RunPipelineInput {
  const { timeZone = DEFAULT_TIME_ZONE, lateAfterMinutes, ...run } = dispatch;
  const problems = findZoneProblems({ timeZone, lateAfterMinutes });
  if (problems.length > 0) throw new PinflowError('INPUT_INVALID', problems.join('; '));
  return {
    ...run,
    date: dateOfScheduledTime(due, timeZone),
    ...(lateAfterMinutes !== undefined && { deadline: addMinutes(due, lateAfterMinutes) }),
  };
}

function addMinutes(time: Date, minutes: number): string {
  return formatInstant(new Date(time.getTime() + minutes * 60_000));
}
