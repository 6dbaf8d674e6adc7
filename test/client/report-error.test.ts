import { ActivityFailure, ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { reportError } from '../../client/report-error.ts';
import { PinflowError } from '../../domain/errors.ts';

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
  expect(printed(new PinflowError('STACK_DOWN', 'no Temporal server answers at "127.0.0.1:7233"'))).toBe(
    'STACK_DOWN: no Temporal server answers at "127.0.0.1:7233"\nstart it with: npm run local:up',
  );
});

test('a failed run is told by its innermost cause', () => {
  const cause = ApplicationFailure.nonRetryable('task "clean" failed', 'RUN_FAILED');
  const activity = new ActivityFailure('Activity task failed', 'awaitJob', 'id', 'TIMEOUT', 'worker', cause);
  expect(printed(new WorkflowFailedError('Workflow execution failed', activity, 'NON_RETRYABLE_FAILURE'))).toBe(
    'RUN_FAILED: task "clean" failed',
  );
});
