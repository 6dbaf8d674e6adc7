import { TokenBucket } from '../../../domain/token-bucket.ts';

const MEBIBYTE = 1024 * 1024;
const WRITES = { records: 1_000, bytes: MEBIBYTE };
const READS = { calls: 5, bytes: 2 * MEBIBYTE };

/** What a shard takes and gives in a second, counted since the process began. */
export class ShardLimits {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the shard takes a record of that size now; it then counts. */
  takeWrite(shard: string, bytes: number): boolean {
    const now = this.#now();
    const records = this.#bucket(`${shard} records in`, WRITES.records);
    const volume = this.#bucket(`${shard} bytes in`, WRITES.bytes);
    if (!records.has(1, now) || !volume.has(bytes, now)) return false;
    records.take(1, now);
    volume.take(bytes, now);
    return true;
  }

  /** Whether the shard may be read now; the call then counts. */
  takeRead(shard: string): boolean {
    const now = this.#now();
    const calls = this.#bucket(`${shard} calls`, READS.calls);
    // How much a call gives is known only afterwards: it leaves a debt that the next ones wait for.
    if (!calls.has(1, now) || !this.#bucket(`${shard} bytes out`, READS.bytes).has(1, now)) return false;
    calls.take(1, now);
    return true;
  }

  countRead(shard: string, bytes: number): void {
    this.#bucket(`${shard} bytes out`, READS.bytes).take(bytes, this.#now());
  }

  #bucket(name: string, perSecond: number): TokenBucket {
    const known = this.#buckets.get(name);
    if (known !== undefined) return known;
    const bucket = new TokenBucket({ rate: perSecond, capacity: perSecond }, this.#now());
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
