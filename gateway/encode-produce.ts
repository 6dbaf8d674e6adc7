import { crc32c } from './crc32c.ts';
import type { OutgoingRecord } from './partition-batch.ts';

/** What kafkajs puts into one request to one broker. */
export interface ProduceInput {
  readonly acks: number;
  readonly timeout: number;
  /** A 64-bit number in decimal digits. */
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence: number;
      readonly messages: readonly OutgoingRecord[];
    }[];
  }[];
}

/** Of a record batch: up to the checksum, and from there to the number of records. */
const [BYTES_BEFORE_CRC, BYTES_WITHOUT_RECORDS] = [17, 61];
/** Of a record batch, before what its length counts: offset and length. */
const BYTES_BEFORE_LENGTH = 12;

/**
 * The body of a produce request of version 3 to 7, without compression and transactions: what kafkajs makes of it, byte
 * for byte, in one buffer of the right size.
 */
export function encodeProduce({ acks, timeout, topicData, ...producer }: ProduceInput): Buffer {
  const sized = topicData.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((batch) => {
      const sizes = batch.messages.map(sizeOfBody);
      const bytes = sizes.reduce((sum, size) => sum + sizeOfVarint(size) + size, BYTES_WITHOUT_RECORDS);
      return { ...batch, sizes, bytes };
    }),
  }));
  const sizeOfTopic = ({ topic, partitions }: (typeof sized)[number]) =>
    6 + Buffer.byteLength(topic) + partitions.reduce((sum, { bytes }) => sum + 8 + bytes, 0);
  const writer = new Writer(12 + sized.reduce((sum, topic) => sum + sizeOfTopic(topic), 0));
  // No transaction.
  writer.int16(-1).int16(acks).int32(timeout).int32(sized.length);
  const now = BigInt(Date.now());
  for (const { topic, partitions } of sized) {
    writer.int16(Buffer.byteLength(topic)).text(topic).int32(partitions.length);
    for (const { partition, bytes, ...batch } of partitions) {
      writer.int32(partition).int32(bytes);
      writeBatch(writer, { ...batch, ...producer, bytes, now });
    }
  }
  return writer.bytes;
}

function writeBatch(
  writer: Writer,
  batch: Pick<ProduceInput, 'producerId' | 'producerEpoch'> & {
    readonly firstSequence: number;
    readonly messages: readonly OutgoingRecord[];
    /** Of each record, without its own length. */
    readonly sizes: readonly number[];
    readonly bytes: number;
    readonly now: bigint;
  },
): void {
  const { firstSequence, messages, sizes, bytes, now, producerId, producerEpoch } = batch;
  const start = writer.position;
  const end = start + bytes;
  // The offset is the broker's to give, and the leader's epoch is not known; 2 is the version of the format.
  writer
    .int64(0n)
    .int32(bytes - BYTES_BEFORE_LENGTH)
    .int32(0)
    .int8(2);
  writer.int32(0); // the checksum of what follows
  // The attributes, the last record's place in the batch, and the time of the first and of the last.
  writer
    .int16(0)
    .int32(messages.length - 1)
    .int64(now)
    .int64(now);
  writer.int64(BigInt(producerId)).int16(producerEpoch).int32(firstSequence).int32(messages.length);
  messages.forEach((record, index) => {
    writer.varint(sizes[index] ?? 0);
    writeBody(writer, record, index);
  });
  const checked = writer.bytes.subarray(start + BYTES_BEFORE_CRC + 4, end);
  writer.bytes.writeUInt32BE(crc32c(checked), start + BYTES_BEFORE_CRC);
}

function writeBody(writer: Writer, { key, value, headers = {} }: OutgoingRecord, index: number): void {
  // No attributes, and no time after the first record's.
  writer.int8(0).int8(0).varint(index).nullable(key).nullable(value);
  const names = Object.keys(headers);
  writer.varint(names.length);
  for (const name of names) writer.sizedText(name).sizedText(headers[name] ?? '');
}

function sizeOfBody({ key, value, headers = {} }: OutgoingRecord, index: number): number {
  const names = Object.keys(headers);
  let size = 2 + sizeOfVarint(index) + sizeOfNullable(key) + sizeOfNullable(value) + sizeOfVarint(names.length);
  for (const name of names) size += sizeOfText(name) + sizeOfText(headers[name] ?? '');
  return size;
}

function sizeOfNullable(bytes: Buffer | null): number {
  return bytes === null ? 1 : sizeOfVarint(bytes.length) + bytes.length;
}

function sizeOfText(text: string): number {
  const bytes = Buffer.byteLength(text);
  return sizeOfVarint(bytes) + bytes;
}

/** Lengths and places only, so no number is negative: seven bits a byte, of which zigzag takes one. */
function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value >>> 6; rest > 0; rest >>>= 7) size++;
  return size;
}

class Writer {
  readonly bytes: Buffer;
  position = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  int8(value: number): this {
    this.position = this.bytes.writeInt8(value, this.position);
    return this;
  }

  int16(value: number): this {
    this.position = this.bytes.writeInt16BE(value, this.position);
    return this;
  }

  int32(value: number): this {
    this.position = this.bytes.writeInt32BE(value, this.position);
    return this;
  }

  int64(value: bigint): this {
    this.position = this.bytes.writeBigInt64BE(value, this.position);
    return this;
  }

  varint(value: number): this {
    let rest = value * 2;
    for (; rest > 0x7f; rest >>>= 7) this.position = this.bytes.writeUInt8((rest & 0x7f) | 0x80, this.position);
    this.position = this.bytes.writeUInt8(rest, this.position);
    return this;
  }

  nullable(bytes: Buffer | null): this {
    // -1 as zigzag.
    if (bytes === null) return this.int8(1);
    this.varint(bytes.length);
    this.position += bytes.copy(this.bytes, this.position);
    return this;
  }

  text(text: string): this {
    this.position += this.bytes.write(text, this.position);
    return this;
  }

  sizedText(text: string): this {
    return this.varint(Buffer.byteLength(text)).text(text);
  }
}
