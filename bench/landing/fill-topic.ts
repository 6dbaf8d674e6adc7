import { createHash } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { markRecord } from '../../gateway/request-mark.ts';
import type { Content } from './content.ts';

/** Bytes of a record's value; the figures of Kafka Connect are for records of this size. */
export const RECORD_BYTES = 714;
/** Records of one send. */
const BATCH = 1_000;

export interface TopicInput {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
}

/** Writes the records, marked as the gateway marks them, in turns to the partitions; tells what each partition holds. */
export async function fillTopic({ brokers, topic, partitions, records }: TopicInput): Promise<Content[]> {
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'bench-fill', logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  const hashes = Array.from({ length: partitions }, () => createHash('sha256'));
  await producer.connect();
  for (let sequence = 0; sequence < records; sequence += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, records - sequence) }, (_, index) => sequence + index);
    const batch = numbers.map((number) => ({
      key: null,
      value: makeRecord(number),
      partition: number % partitions,
    }));
    const mark = { run: 'bench', sequence };
    const messages = batch.map((record, index) => ({ ...record, headers: markRecord(record.value, { mark, index }) }));
    await producer.send({ topic, messages });
    for (const { value, partition } of messages) hashes[partition]?.update(value).update('\n');
  }
  await producer.disconnect();
  return hashes.map((hash, partition) => ({
    lines: Math.ceil((records - partition) / partitions),
    sha256: hash.digest('hex'),
  }));
}

/** A line of JSON that no other record has. */
export function makeRecord(sequence: number): Buffer {
  const [begin, end] = [`{"index":${sequence},"description":"`, '"}'];
  return Buffer.from(
    begin + 'a pin of the bench, '.repeat(40).slice(0, RECORD_BYTES - begin.length - end.length) + end,
  );
}
