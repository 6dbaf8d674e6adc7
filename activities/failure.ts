import { CancelledFailure } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { PinflowError } from '../domain/errors.ts';
import { type ActivityFunction, wrapActivities } from './wrap-activities.ts';

/**
 * Wraps activities so that an error of the table reaches Temporal as an ApplicationFailure: its type is the code, its
 * retry flag that of the table. This is the only place where that happens. Anything else passes as it is and is retried.
 */
export function withFailures<T extends Record<string, ActivityFunction>>(activities: T): T {
  return wrapActivities(activities, async (run) => {
    try {
      return await run();
    } catch (error) {
      throw toFailure(error);
    }
  });
}

function toFailure(error: unknown): unknown {
  if (!(error instanceof PinflowError) || error instanceof CancelledFailure) return error;
  return ApplicationFailure.create({
    type: error.code,
    message: `${error.message}; ${error.remedy}`,
    nonRetryable: !error.retryable,
    // A run that is merely not done yet is how waiting works and must not count as a failure in metrics.
    ...(error.code === 'RUN_UNFINISHED' && { category: ApplicationFailureCategory.BENIGN }),
    ...(error.retryAfterMs !== undefined && { nextRetryDelay: error.retryAfterMs }),
    ...(error.cause instanceof Error && { cause: error.cause }),
  });
}
