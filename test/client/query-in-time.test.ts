import type { WorkflowHandle } from '@temporalio/client';
import { queryInTime } from '../../client/query-in-time.ts';
import { progressQuery } from '../../workflows/messages.ts';

/** A workflow that answers like this, and the deadlines that it was asked with. */
function makeHandle(query: () => Promise<unknown>) {
  const deadlines: number[] = [];
  const withDeadline = (deadline: number, ask: () => Promise<unknown>) => {
    deadlines.push(deadline);
    return ask();
  };
  return { deadlines, handle: { client: { withDeadline }, query } as unknown as WorkflowHandle };
}

describe('a query of a display', () => {
  test('gives the answer, and is over within seconds', async () => {
    const { deadlines, handle } = makeHandle(async () => 'the answer');
    expect(await queryInTime(handle, progressQuery)).toBe('the answer');
    expect(Number(deadlines[0]) - Date.now()).toBeLessThanOrEqual(3_000);
  });

  test('gives nothing where no worker answers', async () => {
    const { handle } = makeHandle(() => Promise.reject(new Error('deadline exceeded')));
    expect(await queryInTime(handle, progressQuery)).toBeUndefined();
  });
});
