import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { dateOfScheduledTime, DEFAULT_TIME_ZONE } from '../domain/daily-schedule.ts';
import type { DailyRunRef, DispatchInput } from '../domain/daily-start.ts';
import { ERRORS } from '../domain/errors.ts';
import { quick } from './proxies.ts';

/** When the schedule wanted this workflow to start; Temporal sets it. Whenever it really starts, the date stays the same. */
const SCHEDULED_TIME = { name: 'TemporalScheduledStartTime', type: 'DATETIME' } as const;

/**
 * The action of a schedule: starts the run of the date that is due, or finds the one that somebody else has started (I4).
 * A schedule cannot start that run itself, because it appends the time to every id. Neither does this workflow wait for
 * the run, nor could the run be its child: a child cannot be one that runs already.
 */
export async function dispatchDaily(input: DispatchInput = {}): Promise<DailyRunRef> {
  const due = workflowInfo().typedSearchAttributes.get(SCHEDULED_TIME);
  if (due === undefined) {
    const message = `workflow "${workflowInfo().workflowId}" was started without a schedule, so it has no logical date`;
    throw ApplicationFailure.nonRetryable(`${message}; ${ERRORS.INPUT_INVALID.remedy}`, 'INPUT_INVALID');
  }
  return quick.startDaily({ ...input, date: dateOfScheduledTime(due, DEFAULT_TIME_ZONE) });
}
