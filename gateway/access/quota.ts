import { TokenBucket } from '../../domain/token-bucket.ts';

export interface Rates {
  readonly requestsPerSecond?: number | undefined;
  readonly bytesPerSecond?: number | undefined;
}

/** What one caller may ask for in a second, and at once. */
export class Quota {
  readonly #requests: TokenBucket | undefined;
  readonly #bytes: TokenBucket | undefined;

  constructor({ requestsPerSecond, bytesPerSecond }: Rates, now: number) {
    this.#requests = open(requestsPerSecond, now);
    this.#bytes = open(bytesPerSecond, now);
  }

  /** Counts a request that may pass now; for one that may not, says after how many milliseconds it may. */
  take(bytes: number, now: number): number {
    const readyAt = Math.max(now, this.#requests?.readyAt(1, now) ?? now, this.#bytes?.readyAt(bytes, now) ?? now);
    if (readyAt > now) return readyAt - now;
    this.#requests?.take(1, now);
    this.#bytes?.take(bytes, now);
    return 0;
  }

  /** Counts bytes of which nobody knew before they came: they leave a debt that the next request waits for. */
  charge(bytes: number, now: number): void {
    this.#bytes?.take(bytes, now);
  }
}

function open(perSecond: number | undefined, now: number): TokenBucket | undefined {
  return perSecond === undefined ? undefined : new TokenBucket({ rate: perSecond, capacity: perSecond }, now);
}
