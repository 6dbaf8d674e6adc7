import { hash } from 'node:crypto';
import type { Gateway, KafkaLog, KafkaRecord } from '../../activities/ports.ts';
import { HASH_LENGTH, type RecordMark } from '../../domain/record-mark.ts';
import { makeRecord } from './kafka-record.ts';

/** Topics in memory: each partition an append-only list of records. */
export class MemoryKafka implements KafkaLog {
  readonly topics = new Map<string, KafkaRecord[][]>();
  partitions: number;
  /** Records handed over at a time, as a fetch would. */
  fetchSize = 7;

  constructor(partitions = 1) {
    this.partitions = partitions;
  }

  append(topic: string, partition: number, value: string | null, mark?: RecordMark): number {
    const log = this.#log(topic, partition);
    return log.push(makeRecord(log.length, value, mark)) - 1;
  }

  async ensureTopics(topics: readonly string[]): Promise<void> {
    for (const topic of topics) this.#partitionsOf(topic);
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    for (const topic of topics) this.topics.delete(topic);
  }

  async readOffsets(topic: string) {
    return this.#partitionsOf(topic).map((log, partition) => ({ partition, low: 0, high: log.length }));
  }

  async readRanges({ topic, ranges, signal, onRecords }: Parameters<KafkaLog['readRanges']>[0]): Promise<void> {
    for (const { partition, start, end } of ranges) {
      const records = this.#log(topic, partition);
      for (let next = start; next < end; next += this.fetchSize) {
        signal.throwIfAborted();
        await onRecords(partition, records.slice(next, Math.min(next + this.fetchSize, end)));
      }
    }
  }

  #partitionsOf(topic: string): KafkaRecord[][] {
    const partitions = this.topics.get(topic) ?? [];
    while (partitions.length < this.partitions) partitions.push([]);
    this.topics.set(topic, partitions);
    return partitions;
  }

  #log(topic: string, partition: number): KafkaRecord[] {
    const log = this.#partitionsOf(topic)[partition];
    if (log === undefined) throw new Error(`no partition ${partition} in "${topic}"`);
    return log;
  }
}

/** A gateway that writes straight into {@link MemoryKafka}, round robin over the partitions. */
export class MemoryGateway implements Gateway {
  readonly #kafka: MemoryKafka;
  readonly #replies = new Map<string, { partition: number; offset: number }[]>();
  /** Requests that reached Kafka; a repeated idempotency key does not. */
  produced = 0;

  constructor(kafka: MemoryKafka) {
    this.#kafka = kafka;
  }

  async postRows({ topic, rows, idempotencyKey, run, sequence }: Parameters<Gateway['postRows']>[0]) {
    const known = this.#replies.get(idempotencyKey);
    if (known !== undefined) return known;
    this.produced += 1;
    const acknowledgements = rows.map(({ json }, i) => {
      const partition = i % this.#kafka.partitions;
      const mark = { run, sequence: sequence + i, hash: hash('sha256', json).slice(0, HASH_LENGTH) };
      return { partition, offset: this.#kafka.append(topic, partition, json, mark) };
    });
    this.#replies.set(idempotencyKey, acknowledgements);
    return acknowledgements;
  }

  /** As a gateway that was restarted. */
  forget(): void {
    this.#replies.clear();
  }
}
