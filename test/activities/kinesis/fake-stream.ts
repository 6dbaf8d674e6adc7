import { hashPartitionKey, ShardMap } from '../../../activities/kinesis/shard-map.ts';
import {
  type ProducerClock,
  type ProducerRecord,
  StreamProducer,
} from '../../../activities/kinesis/produce-records.ts';
import type { OpenShard, PutOutcome, StreamGateway, StreamRecord } from '../../../activities/ports.ts';
import { PinflowError } from '../../../domain/errors.ts';

/** What happens to a call: an answer, or none, whether the shards have got the records, get them later, or never do. */
export type Fate = 'answered' | 'lost before' | 'lost after' | 'late';

export interface Put {
  readonly at: number;
  readonly call: number;
  readonly shardId: string;
  readonly record: StreamRecord;
  /** Undefined where it was refused or has not come. */
  sequenceNumber: string | undefined;
}

export const THROTTLED = { errorCode: 'ProvisionedThroughputExceededException', message: 'Rate exceeded' };

const LOST = () => new PinflowError('GATEWAY_UNAVAILABLE', 'gateway did not answer');

/** Shards that divide the hash keys into equal parts. */
export function splitEvenly(count: number, prefix = 'shard'): OpenShard[] {
  const width = 2n ** 128n / BigInt(count);
  return Array.from({ length: count }, (_, i) => ({
    shardId: `${prefix}-${i}`,
    startingHashKey: width * BigInt(i),
    endingHashKey: i === count - 1 ? 2n ** 128n - 1n : width * BigInt(i + 1) - 1n,
  }));
}

/** A stream in memory behind a gateway, with a clock that moves by what is waited for and by `latencyMs` a call. */
export class FakeStream {
  shards: readonly OpenShard[];
  readonly puts: Put[] = [];
  /** In the order of the shards' logs. */
  readonly stored: Put[] = [];
  readonly calls: (readonly StreamRecord[])[] = [];
  listings = 0;
  now = 0;
  fateOf: (call: number) => Fate = () => 'answered';
  refuses: (put: Put) => boolean = () => false;
  onCall: (call: number) => void = () => undefined;
  onListing: () => void = () => undefined;
  latencyMs = 10;
  #late: Put[] = [];

  constructor(shards: readonly OpenShard[]) {
    this.shards = shards;
  }

  readonly clock: ProducerClock = {
    now: () => this.now,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      this.now += ms;
    },
  };

  readonly gateway: StreamGateway = {
    putRecords: async ({ records, signal }) => {
      signal.throwIfAborted();
      const call = this.calls.push(records) - 1;
      this.onCall(call);
      const puts = records.map((record) => this.#route(record, call));
      this.puts.push(...puts);
      this.now += this.latencyMs;
      const fate = this.fateOf(call);
      if (fate === 'lost before') throw LOST();
      // What was on its way comes after what came behind it.
      const late = this.#late.splice(0);
      if (fate === 'late') this.#late = puts;
      else puts.forEach((put) => this.#store(put));
      late.forEach((put) => this.#store(put));
      if (fate !== 'answered') throw LOST();
      return puts.map(toOutcome);
    },
  };

  createProducer(random: () => number = () => 0.5): StreamProducer {
    const streams = {
      listShards: async () => {
        this.listings++;
        this.onListing();
        return this.shards;
      },
    };
    return new StreamProducer({ stream: 's', gateway: this.gateway, streams, clock: this.clock, random });
  }

  /** Sends with a budget of an hour unless told otherwise. */
  produce(records: readonly ProducerRecord[], options: { budgetMs?: number; signal?: AbortSignal } = {}) {
    const { budgetMs = 3_600_000, signal = new AbortController().signal } = options;
    return this.createProducer().produce({ records, budgetMs, signal });
  }

  /** Most that any second saw go to one shard, refused or not. */
  busiestSecond(): { records: number; bytes: number } {
    let busiest = { records: 0, bytes: 0 };
    for (const puts of Map.groupBy(this.puts, ({ shardId }) => shardId).values()) {
      let [first, bytes] = [0, 0];
      puts.forEach((put, last) => {
        bytes += sizeOf(put.record);
        for (let old = puts[first]; old !== undefined && old.at <= put.at - 1_000; old = puts[first]) {
          bytes -= sizeOf(old.record);
          first++;
        }
        busiest = { records: Math.max(busiest.records, last - first + 1), bytes: Math.max(busiest.bytes, bytes) };
      });
    }
    return busiest;
  }

  #route(record: StreamRecord, call: number): Put {
    const shardId = new ShardMap(this.shards).findShard(hashPartitionKey(record.partitionKey)) ?? 'none';
    return { at: this.now, call, shardId, record, sequenceNumber: undefined };
  }

  #store(put: Put): void {
    if (this.refuses(put)) return;
    put.sequenceNumber = String(this.stored.push(put));
  }
}

export function sizeOf({ partitionKey, data }: StreamRecord): number {
  return Buffer.byteLength(partitionKey) + Buffer.byteLength(data);
}

function toOutcome({ shardId, sequenceNumber }: Put): PutOutcome {
  return sequenceNumber === undefined ? THROTTLED : { shardId, sequenceNumber };
}

/** Records with keys of their own, and their place as data. */
export function makeRecords(count: number, bytes = 0): ProducerRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `id-${i}`,
    partitionKey: `key-${i}`,
    data: String(i).padEnd(bytes, ' '),
  }));
}

/** The acknowledgements lead to the records, each to its own. */
export function expectAcknowledged(
  stream: FakeStream,
  records: readonly ProducerRecord[],
  positions: readonly unknown[],
) {
  const bySequence = new Map(stream.stored.map((put) => [`${put.shardId} ${put.sequenceNumber}`, put.record.data]));
  const found = positions.map((position) => {
    const { shardId, sequenceNumber } = position as { shardId: string; sequenceNumber: string };
    return bySequence.get(`${shardId} ${sequenceNumber}`);
  });
  expect(found).toEqual(records.map(({ data }) => data));
}
