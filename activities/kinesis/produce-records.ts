import { setTimeout as sleep } from 'node:timers/promises';
import { PinflowError } from '../../domain/errors.ts';
import type { PutOutcome, StreamGateway, StreamPosition, StreamRecord, Streams } from '../ports.ts';
import { fillCall, type PlacedRecord, type WaitingRecord } from './fill-call.ts';
import { hashPartitionKey, ShardMap } from './shard-map.ts';
import { ShardPace } from './shard-pace.ts';

export interface ProducerRecord extends StreamRecord {
  /** By which a record is named to people. */
  readonly id: string;
}

export interface Production {
  /** Where Kinesis put each record, in the order given; undefined where it is not known to have done so. */
  readonly positions: readonly (StreamPosition | undefined)[];
  /** What kept some from being acknowledged; undefined where all are. For the caller to throw when it has kept the rest. */
  readonly failure: unknown;
}

export interface ProducerClock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: ProducerClock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** Kinesis' own limit, unless a stream was given a higher one. */
const LARGEST_RECORD = 1024 * 1024;

/** Shards are not asked for more often, although every answer may name one that was not known. */
const REFRESH_MS = 1_000;

const MOST_NAMED = 10;

/**
 * Delivers records to one stream, all of them or with the names of those that are left. Kinesis has no idempotent put: a
 * call that got no answer is sent again and its records may be stored twice, which is for the reader to sort out.
 * Several deliveries at a time share the pace of the shards.
 */
export class StreamProducer {
  readonly #stream: string;
  readonly #gateway: StreamGateway;
  readonly #streams: Pick<Streams, 'listShards'>;
  readonly #clock: ProducerClock;
  readonly #random: () => number;
  readonly #paces = new Map<string, ShardPace>();
  #shards = new ShardMap([]);
  #listedAt = -Infinity;

  constructor(input: {
    readonly stream: string;
    readonly gateway: StreamGateway;
    readonly streams: Pick<Streams, 'listShards'>;
    readonly clock: ProducerClock;
    /** A number of at least 0 and below 1. */
    readonly random: () => number;
  }) {
    this.#stream = input.stream;
    this.#gateway = input.gateway;
    this.#streams = input.streams;
    this.#clock = input.clock;
    this.#random = input.random;
  }

  /**
   * Sends the records until every one is acknowledged, the budget is spent or the signal is aborted. It never throws:
   * what is acknowledged by then must not be lost to the caller.
   */
  async produce(input: {
    readonly records: readonly ProducerRecord[];
    /** No call begins later. */
    readonly budgetMs: number;
    readonly signal: AbortSignal;
  }): Promise<Production> {
    const { records, budgetMs, signal } = input;
    const positions = Array.from<StreamPosition | undefined>({ length: records.length });
    try {
      const waiting = records.map(toWaiting);
      assertSendable(waiting);
      await this.#deliver({ waiting, positions, budgetMs, signal });
      return { positions, failure: undefined };
    } catch (error) {
      return { positions, failure: signal.aborted ? signal.reason : error };
    }
  }

  async #deliver(input: {
    readonly waiting: readonly WaitingRecord[];
    readonly positions: (StreamPosition | undefined)[];
    readonly budgetMs: number;
    readonly signal: AbortSignal;
  }): Promise<void> {
    const { positions, budgetMs, signal } = input;
    const deadline = this.#clock.now() + budgetMs;
    let lastFailure = 'there was no time for a call';
    if (this.#listedAt === -Infinity) await this.#listShards();
    for (let { waiting } = input; waiting.length > 0;) {
      signal.throwIfAborted();
      const now = this.#clock.now();
      if (now >= deadline) throw this.#stranded({ waiting, of: positions.length, budgetMs, lastFailure });
      const { chosen, readyAt } = fillCall({ waiting: this.#place(waiting), paceOf: (id) => this.#paceOf(id), now });
      if (chosen.length === 0) {
        await this.#clock.sleep(Math.ceil(Math.min(readyAt, deadline) - now), signal);
        continue;
      }
      const outcomes = await this.#put(chosen, signal);
      outcomes.forEach((outcome, i) => {
        if ('errorCode' in outcome) lastFailure = `${outcome.errorCode} ${outcome.message}`.trim();
        else positions[chosen[i]?.record.index ?? -1] = outcome;
      });
      waiting = waiting.filter(({ index }) => positions[index] === undefined);
      await this.#followReshard(outcomes);
    }
  }

  #place(waiting: readonly WaitingRecord[]): PlacedRecord[] {
    return waiting.map((record) => ({ record, shardId: this.#shards.findShard(record.hashKey) ?? '' }));
  }

  #paceOf(shardId: string): ShardPace {
    const pace = this.#paces.get(shardId) ?? new ShardPace(this.#clock.now());
    this.#paces.set(shardId, pace);
    return pace;
  }

  /** A call without an answer is one whose records all failed, as far as anybody knows. */
  async #put(chosen: readonly PlacedRecord[], signal: AbortSignal): Promise<readonly PutOutcome[]> {
    const records = chosen.map(({ record: { partitionKey, data } }) => ({ partitionKey, data }));
    let outcomes: readonly PutOutcome[];
    try {
      outcomes = await this.#gateway.putRecords({ stream: this.#stream, records, signal });
    } catch (error) {
      if (!(error instanceof PinflowError) || !error.retryable) throw error;
      outcomes = records.map(() => ({ errorCode: error.code, message: error.message }));
    }
    const now = this.#clock.now();
    const calls = Map.groupBy(chosen.keys(), (i) => chosen[i]?.shardId ?? '');
    for (const [shardId, places] of calls) {
      const failed = [...places].filter((i) => 'errorCode' in (outcomes[i] ?? {})).length;
      this.#paceOf(shardId).noteCall({ stored: places.length - failed, failed, now, random: this.#random() });
    }
    return outcomes;
  }

  /** A shard that nobody knows means that shards were split or merged. */
  async #followReshard(outcomes: readonly PutOutcome[]): Promise<void> {
    const isUnknown = (outcome: PutOutcome) => 'shardId' in outcome && !this.#shards.has(outcome.shardId);
    if (!outcomes.some(isUnknown) || this.#clock.now() - this.#listedAt < REFRESH_MS) return;
    // The map is only about pace: an old one does until the shards can be listed.
    await this.#listShards().catch(() => undefined);
  }

  async #listShards(): Promise<void> {
    const shards = await this.#streams.listShards(this.#stream);
    this.#shards = new ShardMap(shards);
    this.#listedAt = this.#clock.now();
  }

  #stranded(input: {
    readonly waiting: readonly WaitingRecord[];
    readonly of: number;
    readonly budgetMs: number;
    readonly lastFailure: string;
  }): PinflowError {
    const { waiting, of, budgetMs, lastFailure } = input;
    return new PinflowError(
      'RECORDS_STRANDED',
      `${waiting.length} of ${of} records for stream "${this.#stream}" were not acknowledged within ${budgetMs / 1_000} s: ` +
        `${nameRecords(waiting)}; the last failure was: ${lastFailure}`,
    );
  }
}

function toWaiting({ id, partitionKey, data }: ProducerRecord, index: number): WaitingRecord {
  const bytes = Buffer.byteLength(data) + Buffer.byteLength(partitionKey);
  return { index, id, partitionKey, data, bytes, hashKey: hashPartitionKey(partitionKey) };
}

/** Kinesis would refuse the whole call, and with it the records that fit. */
function assertSendable(waiting: readonly WaitingRecord[]): void {
  const large = waiting.filter(({ bytes }) => bytes > LARGEST_RECORD);
  if (large.length === 0) return;
  const text = `${large.length} of ${waiting.length} records have more than ${LARGEST_RECORD} bytes, which no stream takes`;
  throw new PinflowError('INPUT_INVALID', `${text}: ${nameRecords(large)}`);
}

function nameRecords(records: readonly WaitingRecord[]): string {
  const named = records.slice(0, MOST_NAMED).map(({ id }) => `"${id}"`);
  const more = records.length - named.length;
  return more === 0 ? named.join(', ') : `${named.join(', ')} and ${more} more`;
}
