import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { withFailures } from '../../activities/failure.ts';
import { PinflowError } from '../../domain/errors.ts';

async function failureOf(error: unknown): Promise<unknown> {
  const activities = withFailures({ fail: () => Promise.reject(error as Error) });
  return activities.fail().catch((thrown: unknown) => thrown);
}

describe('an activity that fails', () => {
  test('with an error of the table tells Temporal its code, its message with the remedy, and whether to try again', async () => {
    expect(await failureOf(new PinflowError('SOURCE_MALFORMED', 'pin.jsonl:3 is no object'))).toMatchObject({
      type: 'SOURCE_MALFORMED',
      nonRetryable: true,
      message: 'pin.jsonl:3 is no object; correct the line named in the message; nothing of this run was sent',
    });
    expect(await failureOf(new PinflowError('STORE_UNAVAILABLE', 'no answer'))).toMatchObject({ nonRetryable: false });
  });

  test('because a run has not ended yet is not counted as a failure', async () => {
    expect(await failureOf(new PinflowError('RUN_UNFINISHED', 'running'))).toMatchObject({
      category: ApplicationFailureCategory.BENIGN,
      nonRetryable: false,
    });
  });

  test('with any other error passes it on as it is', async () => {
    const other = new TypeError('a bug');
    expect(await failureOf(other)).toBe(other);
  });

  test('keeps the cause', async () => {
    const cause = new Error('connect ECONNREFUSED');
    const failure = await failureOf(new PinflowError('STORE_UNAVAILABLE', 'no answer', { cause }));
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect((failure as ApplicationFailure).cause).toBe(cause);
  });
});
