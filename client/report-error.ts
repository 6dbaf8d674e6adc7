import { WorkflowFailedError } from '@temporalio/client';
import { PinflowError } from '../domain/errors.ts';

/** Prints what went wrong and what to do, without a stack trace for what a person can mend. */
export function reportError(error: unknown): void {
  if (error instanceof PinflowError) {
    console.error(`${error.code}: ${error.message}\n${error.remedy}`);
  } else if (error instanceof WorkflowFailedError) {
    console.error(describeFailure(error));
  } else {
    console.error(error);
  }
}

/** The innermost cause is what went wrong; what wraps it only says where. */
function describeFailure(error: WorkflowFailedError): string {
  let cause: Error & { type?: string | null | undefined } = error;
  while (cause.cause instanceof Error && cause.type == null) cause = cause.cause;
  return `${cause.type ?? cause.name}: ${cause.message}`;
}
