import type { ScheduleOptions, ScheduleOptionsStartWorkflowAction } from '@temporalio/client';
import { type DailySchedule, findScheduleProblems } from '../domain/daily-schedule.ts';
import type { DispatchInput } from '../domain/daily-start.ts';
import { PinflowError } from '../domain/errors.ts';
import { dailyRunId, dispatchId, scheduleId } from '../domain/names.ts';
import { planRun, type RunSettings, TASK_QUEUE } from '../domain/run.ts';
import type { dispatchDaily } from '../workflows/dispatch-daily.ts';

type DispatchAction = ScheduleOptionsStartWorkflowAction<typeof dispatchDaily>;

/** What people choose of a schedule: when dates are due, and how they are run. */
export interface ScheduleChoice {
  readonly daily: DailySchedule;
  readonly run: RunSettings;
}

/** @throws PinflowError INPUT_INVALID naming every bad field of the schedule and of its runs */
export function checkSchedule({ daily, run }: ScheduleChoice, today: string): void {
  const { pipeline } = daily;
  const checked = planRun(dailyRunId({ pipeline, date: today }), { ...run, date: today });
  // Both look at the pipeline's name.
  const problems = new Set([...findScheduleProblems(daily, today), ...('problems' in checked ? checked.problems : [])]);
  if (problems.size > 0) throw new PinflowError('INPUT_INVALID', [...problems].join('; '));
}

/** A checked choice as Temporal wants it. */
export function defineSchedule({ daily, run }: ScheduleChoice, { paused }: { readonly paused: boolean }) {
  const { pipeline, at, timeZone, lateAfterMinutes } = daily;
  const [hour, minute] = at.split(':').map(Number);
  const input: DispatchInput = {
    ...run,
    pipeline,
    timeZone,
    ...(lateAfterMinutes !== undefined && { lateAfterMinutes }),
  };
  return {
    scheduleId: scheduleId(pipeline),
    spec: {
      calendars: [{ hour: hour ?? NaN, minute: minute ?? NaN, comment: `${at} ${timeZone}` }],
      timezone: timeZone,
    },
    action: {
      type: 'startWorkflow',
      workflowType: 'dispatchDaily',
      workflowId: dispatchId(pipeline),
      taskQueue: TASK_QUEUE,
      args: [input],
      staticSummary: `start the date of ${pipeline} that is due`,
    },
    policies: {
      // After an outage every date that was missed is started, and not only the first: a dispatch takes no time, so that
      // waiting for the one before costs nothing. What is older, a person looks at first.
      overlap: 'BUFFER_ALL',
      catchupWindow: '3 days',
      // A date that cannot be started says nothing about the next one.
      pauseOnFailure: false,
    },
    state: { paused },
  } satisfies ScheduleOptions<DispatchAction>;
}
