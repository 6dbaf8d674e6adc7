import { ApplicationFailure } from '@temporalio/workflow';
import { type ErrorCode, ERRORS } from '../domain/errors.ts';

/** What a workflow throws to fail with an error of the table; anything else would fail its task, which is tried for ever. */
export function failWorkflow(code: ErrorCode, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${message}; ${ERRORS[code].remedy}`, code);
}
