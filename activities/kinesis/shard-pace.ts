import { TokenBucket } from '../../domain/token-bucket.ts';

/** What is put on a shard, or waits to be. */
export interface Load {
  readonly records: number;
  readonly bytes: number;
}

/** What Kinesis lets a shard take in a second. */
const SHARD_LIMIT: Load = { records: 1_000, bytes: 1_000_000 };

/**
 * Nine tenths flow in steadily and one tenth at once: no second, wherever it begins, then has more than the limit, so
 * that throttling is left to those who share the shard.
 */
const STEADY = 0.9;
const AT_ONCE = 0.1;

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/** How fast one shard may be sent to: below its limit, and slower while it refuses. */
export class ShardPace {
  readonly #records: TokenBucket;
  readonly #bytes: TokenBucket;
  #notBefore = 0;
  /** Calls in a row of which the shard took nothing. */
  #fruitless = 0;

  constructor(now: number) {
    const open = (limit: number) => new TokenBucket({ rate: limit * STEADY, capacity: limit * AT_ONCE }, now);
    this.#records = open(SHARD_LIMIT.records);
    this.#bytes = open(SHARD_LIMIT.bytes);
  }

  /** When the shard can be sent all that waits for it, or as much as it takes at once: a few large calls, not many small. */
  readyAt(waiting: Load, now: number): number {
    return Math.max(
      this.#notBefore,
      this.#records.readyAt(waiting.records, now),
      this.#bytes.readyAt(waiting.bytes, now),
    );
  }

  /** Takes the tokens for one record, if they are there. */
  takeRecord(bytes: number, now: number): boolean {
    if (!this.#records.has(1, now) || !this.#bytes.has(bytes, now)) return false;
    this.#records.take(1, now);
    this.#bytes.take(bytes, now);
    return true;
  }

  /**
   * Takes note of one call. After a failure the shard is left alone for a random time (full jitter), whose bound doubles
   * from call to call for as long as the shard takes nothing at all.
   */
  noteCall({ stored, failed, now, random }: { stored: number; failed: number; now: number; random: number }): void {
    if (stored > 0) this.#fruitless = 0;
    if (failed === 0) return;
    const bound = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#fruitless);
    this.#notBefore = Math.max(this.#notBefore, now + random * bound);
    if (stored === 0) this.#fruitless++;
  }
}
