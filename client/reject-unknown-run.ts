import { WorkflowNotFoundError } from '@temporalio/client';
import { PinflowError } from '../domain/errors.ts';

/** To catch with, where a run is asked for: a run that Temporal does not know is RUN_UNKNOWN, anything else stays as it is. */
export function rejectUnknownRun(what: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof WorkflowNotFoundError ? new PinflowError('RUN_UNKNOWN', `no ${what} is known`) : error;
  };
}
