import { sleep } from '@temporalio/activity';
import { TokenBucket } from '../../domain/token-bucket.ts';

/** Waits until so many more may be sent; ends at once when the activity is cancelled. */
export type AwaitTurn = (count: number) => Promise<void>;

/** A bucket of one token: what was not sent in time is not caught up on, so that no second has more than the rate. */
export function limitRate(rate: number | undefined): AwaitTurn {
  if (rate === undefined) return async () => undefined;
  const bucket = new TokenBucket({ rate, capacity: 1 }, performance.now());
  return async (count) => {
    const now = performance.now();
    await sleep(bucket.readyAt(count, now) - now);
    bucket.take(count, performance.now());
  };
}
