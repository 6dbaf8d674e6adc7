import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaLog, KafkaRecord, ObjectStore } from '../../activities/ports.ts';
import { landedKey } from '../../domain/names.ts';

export interface SinkSettings {
  /** Records of an object. */
  readonly flushSize: number;
  /** Whether objects that are not full are written, too, as a scheduled rotation does. */
  readonly rotates?: boolean;
  /** `json` is JsonFormat, which writes a value anew, its fields in another order; `bytes` is ByteArrayFormat. */
  readonly format?: 'json' | 'bytes';
}

/**
 * What the S3 sink of Kafka Connect does, as far as its objects show it: one line for each record, named by the first
 * offset, without metadata, written over what has that name. It commits its offsets after writing, so that one that is
 * killed in between writes the same records again, perhaps cut in other places.
 */
export class ConnectSink {
  readonly #kafka: KafkaLog;
  readonly #store: ObjectStore;
  readonly #topic: string;
  /** What survives a kill. */
  readonly #committed = new Map<number, number>();
  /** Objects that come later than those after them, and their bodies. */
  readonly #heldBack = new Map<string, Buffer | undefined>();

  constructor(where: { readonly kafka: KafkaLog; readonly store: ObjectStore; readonly topic: string }) {
    this.#kafka = where.kafka;
    this.#store = where.store;
    this.#topic = where.topic;
  }

  /** Writes what is new, and commits it. */
  async land(settings: SinkSettings): Promise<string[]> {
    const { keys, ends } = await this.#write(settings);
    for (const [partition, end] of ends) this.#committed.set(partition, end);
    return keys;
  }

  /** Writes what is new and is killed before it can commit. */
  async landAndDie(settings: SinkSettings): Promise<string[]> {
    return (await this.#write(settings)).keys;
  }

  /** Lands for as long as a worker would, until the signal. */
  async run(settings: SinkSettings, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.land(settings);
      await sleep(100, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Leaves this object out until it is let go. */
  holdBack(key: string): void {
    this.#heldBack.set(key, undefined);
  }

  /** Writes what was held back. */
  async letGo(key: string): Promise<void> {
    const body = this.#heldBack.get(key);
    if (body === undefined) throw new Error(`"${key}" was not held back`);
    this.#heldBack.delete(key);
    await this.#put(key, body);
  }

  async #write({ flushSize, rotates = false, format = 'json' }: SinkSettings) {
    const [keys, ends]: [string[], Map<number, number>] = [[], new Map()];
    for (const [partition, records] of await this.#readNew()) {
      for (let at = 0; at < records.length; at += flushSize) {
        const some = records.slice(at, at + flushSize);
        if (some.length < flushSize && !rotates) break;
        const key = landedKey({ topic: this.#topic, partition, start: some[0]?.offset ?? 0 });
        keys.push(key);
        const body = Buffer.concat(some.flatMap((record) => [toLine(record, format), Buffer.from('\n')]));
        if (this.#heldBack.has(key)) this.#heldBack.set(key, body);
        else await this.#put(key, body);
        ends.set(partition, (some.at(-1)?.offset ?? 0) + 1);
      }
    }
    return { keys, ends };
  }

  async #readNew(): Promise<Map<number, KafkaRecord[]>> {
    const offsets = await this.#kafka.readOffsets(this.#topic);
    const ranges = offsets
      .map(({ partition, low, high }) => ({ partition, start: this.#committed.get(partition) ?? low, end: high }))
      .filter(({ start, end }) => start < end);
    const found = new Map<number, KafkaRecord[]>();
    const onRecords = async (partition: number, records: readonly KafkaRecord[]) =>
      void found.set(partition, [...(found.get(partition) ?? []), ...records]);
    await this.#kafka.readRanges({ topic: this.#topic, ranges, signal: AbortSignal.timeout(60_000), onRecords });
    return found;
  }

  async #put(key: string, body: Buffer): Promise<void> {
    await this.#store.replaceObject({ key, body, contentType: 'application/json' });
  }
}

function toLine({ value }: KafkaRecord, format: 'json' | 'bytes'): Buffer {
  if (format === 'bytes') return value ?? Buffer.alloc(0);
  const fields = Object.entries(JSON.parse(String(value)) as object);
  return Buffer.from(JSON.stringify(Object.fromEntries(fields.toReversed())));
}
