import { isGrpcServiceError, WorkflowFailedError } from '@temporalio/client';
import { PinflowError } from '../domain/errors.ts';

/** gRPC's numbers for DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED and UNAVAILABLE: another time the same may be done. */
const PASSING = [4, 8, 14];
/** FAILED_PRECONDITION: a query needs a worker, and Temporal has seen none for a while. */
const UNMET = 9;

/** Prints what went wrong and what to do, without a stack trace for what a person can mend. */
export function reportError(error: unknown): void {
  console.error(tellError(error) ?? error);
}

/** What went wrong and what to do; undefined where no person can mend it. */
export function tellError(error: unknown): string | undefined {
  const known = error instanceof PinflowError ? error : findUnavailable(error);
  if (known !== undefined) return known.report;
  return error instanceof WorkflowFailedError ? describeFailure(error) : undefined;
}

/** Temporal's client says what it wanted, and only in the cause what the server, or the way there, had against it. */
function findUnavailable(error: unknown): PinflowError | undefined {
  if (!(error instanceof Error)) return undefined;
  const cause = isGrpcServiceError(error) ? error : error.cause;
  if (!isGrpcServiceError(cause)) return undefined;
  const isWorkerAway = Number(cause.code) === UNMET && cause.details.startsWith('no poller');
  if (!isWorkerAway && !PASSING.includes(cause.code)) return undefined;
  const wanted = cause === error ? '' : `${error.message}: `;
  const code = isWorkerAway ? 'WORKER_UNAVAILABLE' : 'TEMPORAL_UNAVAILABLE';
  return new PinflowError(code, `${wanted}${cause.details.split('\n')[0]}`, { cause: error });
}

/** The innermost cause is what went wrong; what wraps it only says where. */
function describeFailure(error: WorkflowFailedError): string {
  let cause: Error & { type?: string | null | undefined } = error;
  while (cause.cause instanceof Error && cause.type == null) cause = cause.cause;
  return `${cause.type ?? cause.name}: ${cause.message}`;
}
