/** Lets so much through in a second, and no more than one second's worth at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#tokens = perSecond;
    this.#filledAt = now();
  }

  /** Whether so much may pass now. What is larger than the bucket passes when it is full, and leaves a debt. */
  holds(amount: number): boolean {
    this.#fill();
    return this.#tokens >= Math.min(amount, this.#perSecond);
  }

  take(amount: number): void {
    this.#fill();
    this.#tokens -= amount;
  }

  #fill(): void {
    const now = this.#now();
    const filled = this.#tokens + ((now - this.#filledAt) / 1_000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, filled);
    this.#filledAt = now;
  }
}
