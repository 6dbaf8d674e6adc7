import { setTimeout as sleep } from 'node:timers/promises';
import { createOpenSource } from '../../activities/emulation/open-source.ts';
import { createStreamGateway } from '../../activities/gateway/stream-adapter.ts';
import { KinesisStreams } from '../../activities/kinesis/adapter.ts';
import { StreamProducer, SYSTEM_CLOCK } from '../../activities/kinesis/produce-records.ts';
import type { SourceRow } from '../../activities/ports.ts';
import type { Config } from '../../config/schema.ts';
import { type PerKind, RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';
import { partitionKeyOf, streamName } from '../../domain/stream-names.ts';

/** As the emulator's: posts that become due within it go together. */
const TICK_MS = 100;
const BUDGET_MS = 120_000;

/** A record that Kinesis has acknowledged. */
export interface Put {
  readonly kind: RecordKind;
  /** Milliseconds since 1970 at which it was due and was given to the producer. */
  readonly at: number;
  /** And at which all records of its call were acknowledged. */
  readonly acknowledgedAt: number;
  /** `<shard>/<sequence number>`. */
  readonly place: string;
}

type Rows = PerKind<readonly SourceRow[]>;

/** Posts of the synthetic source, each of them three records, and none with an id that there was before. */
export class Poster {
  readonly #config: Config;
  readonly #streams: KinesisStreams;
  readonly #producers: PerKind<StreamProducer>;
  readonly #rows: Rows;
  #posts = 0;

  static async open(config: Config, pipeline: string, shards: number): Promise<Poster> {
    const streams = new KinesisStreams(config.kinesis);
    const names = RECORD_KINDS.map((kind) => streamName(config.stream.names, { pipeline, kind }));
    await streams.ensureStreams({ names, shards, signal: AbortSignal.timeout(30_000) });
    const source = await createOpenSource({ mysql: config.mysql })({ kind: 'synthetic' });
    const positions = Array.from({ length: 1_000 }, (_, index) => index);
    const read = (kind: RecordKind) => source.readRows(kind, positions);
    const rows = { pin: await read('pin'), geo: await read('geo'), user: await read('user') };
    return new Poster(config, pipeline, streams, rows);
  }

  private constructor(config: Config, pipeline: string, streams: KinesisStreams, rows: Rows) {
    const gateway = createStreamGateway(config.gateway);
    const produce = (kind: RecordKind) => {
      const stream = streamName(config.stream.names, { pipeline, kind });
      return new StreamProducer({ stream, gateway, streams, clock: SYSTEM_CLOCK, random: Math.random });
    };
    this.#config = config;
    this.#streams = streams;
    this.#rows = rows;
    this.#producers = { pin: produce('pin'), geo: produce('geo'), user: produce('user') };
  }

  /** Sends records as they become due, whether or not those before are acknowledged. */
  async post(recordsPerSecond: number, seconds: number): Promise<Put[]> {
    const rate = recordsPerSecond / RECORD_KINDS.length;
    const began = Date.now();
    const sending: Promise<Put[]>[] = [];
    for (let sent = 0; Date.now() - began < seconds * 1_000; await sleep(TICK_MS)) {
      const due = Math.floor(((Date.now() - began) / 1_000) * rate);
      if (due > sent) sending.push(...RECORD_KINDS.map((kind) => this.#send(kind, due - sent)));
      this.#posts += due - sent;
      sent = due;
    }
    return (await Promise.all(sending)).flat();
  }

  /** Sends so many records of each kind as fast as the shards take them. */
  async fill(records: number): Promise<void> {
    await Promise.all(RECORD_KINDS.map((kind) => this.#send(kind, records)));
    this.#posts += records;
  }

  /** How many posts there were: so many records of each kind. */
  get posts(): number {
    return this.#posts;
  }

  close(): void {
    this.#streams.close();
  }

  async #send(kind: RecordKind, count: number): Promise<Put[]> {
    const records = Array.from({ length: count }, (_, index) => {
      const key = this.#posts + index + 1;
      const rows = this.#rows[kind];
      const data = rows[key % rows.length]?.json.replace(/"(index|ind)": ?\d+/, `"$1":${key}`) ?? '';
      const partitionKey = partitionKeyOf({ template: this.#config.stream.names, kind, key: String(key) });
      return { id: `${kind} ${key}`, partitionKey, data };
    });
    const at = Date.now();
    const signal = AbortSignal.timeout(BUDGET_MS);
    const { positions, failure } = await this.#producers[kind].produce({ records, budgetMs: BUDGET_MS, signal });
    if (failure !== undefined) throw new Error(`records of "${kind}" were not taken`, { cause: failure });
    const acknowledgedAt = Date.now();
    return positions.map((position) => {
      return { kind, at, acknowledgedAt, place: `${position?.shardId}/${position?.sequenceNumber}` };
    });
  }
}
