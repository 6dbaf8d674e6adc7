/** Times are milliseconds of one monotonic clock. */
export interface BucketSize {
  /** Tokens a second. */
  readonly rate: number;
  /** Most tokens at once. */
  readonly capacity: number;
}

/** What sums of fractions may be off by. */
const TOLERANCE = 1e-6;

/**
 * A bucket that fills at a steady rate. In any span of time it gives at most its capacity and what flows in during the
 * span; only something larger than the bucket gets it whole and leaves a debt.
 */
export class TokenBucket {
  readonly #size: BucketSize;
  #level: number;
  #at: number;

  constructor(size: BucketSize, now: number) {
    this.#size = size;
    this.#level = size.capacity;
    this.#at = now;
  }

  has(tokens: number, now: number): boolean {
    return this.#levelAt(now) >= Math.min(tokens, this.#size.capacity) - TOLERANCE;
  }

  take(tokens: number, now: number): void {
    this.#level = this.#levelAt(now) - tokens;
    this.#at = now;
  }

  /** When {@link has} becomes true, if nobody takes anything. */
  readyAt(tokens: number, now: number): number {
    const lacking = Math.min(tokens, this.#size.capacity) - this.#levelAt(now);
    return now + Math.max(0, (lacking / this.#size.rate) * 1_000);
  }

  #levelAt(now: number): number {
    const { rate, capacity } = this.#size;
    return Math.min(capacity, this.#level + (Math.max(0, now - this.#at) / 1_000) * rate);
  }
}
