import { ActivityFailure, ApplicationFailure, ServiceError, WorkflowFailedError } from '@temporalio/client';
import { reportError } from '../../client/report-error.ts';
import { ERRORS, PinflowError } from '../../domain/errors.ts';

function printed(error: unknown): string {
  const print = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    reportError(error);
    return String(print.mock.calls[0]?.[0]);
  } finally {
    print.mockRestore();
  }
}

test('an error of the table is told with code, message and remedy', () => {
  expect(printed(new PinflowError('INPUT_INVALID', 'rows: expected a whole number of at least 1, got 0'))).toBe(
    'INPUT_INVALID: rows: expected a whole number of at least 1, got 0\n' +
      'correct the fields named in the message and start again',
  );
});

/** As grpc-js makes it: its own message has the code in front. */
function makeGrpcError(code: number, details: string): Error {
  return Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} });
}

test('a Temporal server that cannot do it now is told in one line, with what it said, and how to mend it', () => {
  const wrapped = new ServiceError('Failed to start Workflow', { cause: makeGrpcError(14, 'shard status unknown') });
  const { remedy } = ERRORS.TEMPORAL_UNAVAILABLE;
  expect(printed(wrapped)).toBe(`TEMPORAL_UNAVAILABLE: Failed to start Workflow: shard status unknown\n${remedy}`);
  const bare = makeGrpcError(4, 'Deadline exceeded after 5s');
  expect(printed(bare)).toBe(`TEMPORAL_UNAVAILABLE: Deadline exceeded after 5s\n${remedy}`);
});

test('a question that no worker is there to answer is told in one line', () => {
  const cause = makeGrpcError(9, 'no poller seen for task queue recently, worker may be down');
  const { remedy } = ERRORS.WORKER_UNAVAILABLE;
  expect(printed(new ServiceError('Failed to query Workflow', { cause }))).toBe(
    `WORKER_UNAVAILABLE: Failed to query Workflow: ${cause.message.slice(3)}\n${remedy}`,
  );
});

test('any other error of Temporal is printed as it is', () => {
  const denied = makeGrpcError(7, 'Request unauthorized.');
  expect(printed(denied)).toBe(String(denied));
});

test('a failed run is told by its innermost cause', () => {
  const cause = ApplicationFailure.nonRetryable('task "clean" failed', 'RUN_FAILED');
  const activity = new ActivityFailure('Activity task failed', 'awaitJob', 'id', 'TIMEOUT', 'worker', cause);
  expect(printed(new WorkflowFailedError('Workflow execution failed', activity, 'NON_RETRYABLE_FAILURE'))).toBe(
    'RUN_FAILED: task "clean" failed',
  );
});
