import { createHash } from 'node:crypto';
import { PinflowError } from '../../domain/errors.ts';
import { landedKey } from '../../domain/names.ts';
import type { OffsetRange } from '../../domain/offsets.ts';
import type { KafkaRecord, ObjectStore } from '../ports.ts';
import { readLandedObject } from './landed-objects.ts';

/** Spark reads an object as one value before it splits it into lines, so objects stay well below its limits. */
const MAX_BYTES = 8 * 1024 * 1024;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

export interface ChunkWriterInput {
  readonly store: ObjectStore;
  readonly topic: string;
  readonly range: OffsetRange;
  readonly maxRecords: number;
  /** Workflow id, kept with each object for people who look for its origin. */
  readonly writer: string;
}

/**
 * Turns the records of one range into objects. Where it cuts depends on nothing but the records and their offsets, so
 * that a second try writes the same objects; each is created once, and one that exists is adopted (I3, I6).
 */
export class ChunkWriter {
  readonly #input: ChunkWriterInput;
  #lines: Buffer[] = [];
  #bytes = 0;
  /** Offset of the first record that is neither written nor buffered. */
  #next: number;

  constructor(input: ChunkWriterInput) {
    this.#input = input;
    this.#next = input.range.start;
  }

  /** Takes the next records of the partition, in offset order; those that a landed object holds already are dropped. */
  async append(records: readonly KafkaRecord[]): Promise<void> {
    for (const record of records) {
      if (record.offset >= this.#input.range.end) return;
      const line = toLine(record.value);
      // A gap in the log ends the object: the offset of a line is the object's start plus its line number.
      while (this.#lines.length > 0 && record.offset > this.#next) await this.#write(record.offset);
      while (this.#isFull(line)) await this.#write(this.#next);
      if (record.offset < this.#next) continue;
      this.#lines.push(line);
      this.#bytes += line.length;
      this.#next = record.offset + 1;
    }
  }

  /** Writes what is left. Call once every record of the range has been appended. */
  async finish(): Promise<void> {
    while (this.#lines.length > 0) await this.#write(this.#input.range.end);
  }

  #isFull(line: Buffer): boolean {
    const { length } = this.#lines;
    return length > 0 && (length >= this.#input.maxRecords || this.#bytes + line.length > MAX_BYTES);
  }

  /** Writes the buffered lines as one object that ends before `end`, or adopts the object that exists at this start. */
  async #write(end: number): Promise<void> {
    const { store, topic, range, writer } = this.#input;
    const count = this.#lines.length;
    const start = this.#next - count;
    const body = Buffer.concat(this.#lines);
    const sha256 = createHash('sha256').update(body).digest('hex');
    const key = landedKey({ topic, partition: range.partition, start });
    const metadata = { 'end-offset': String(end), count: String(count), sha256, writer };
    const outcome = await store.createObject({ key, body, contentType: 'application/x-ndjson', metadata });
    const landedEnd = outcome === 'created' ? end : await this.#adopt({ key, start, end, sha256 });
    // An adopted object may hold fewer records than were buffered; the rest begins the next object.
    this.#lines = this.#lines.slice(landedEnd - start);
    this.#bytes = this.#lines.reduce((total, line) => total + line.length, 0);
    if (this.#lines.length === 0) this.#next = landedEnd;
  }

  /** The object is ours from an earlier try, or another run's that landed the same offsets: where it ends counts. */
  async #adopt(ours: { key: string; start: number; end: number; sha256: string }): Promise<number> {
    const existing = await readLandedObject(this.#input.store, ours.key);
    const isSame = existing?.end !== ours.end || existing.sha256 === ours.sha256;
    if (existing !== undefined && existing.end > ours.start && isSame) return existing.end;
    throw new PinflowError(
      'OBJECT_CONFLICT',
      `object "${ours.key}" exists with end "${existing?.end ?? 'none'}" and SHA-256 "${existing?.sha256 ?? 'none'}", ` +
        `ours ends at "${ours.end}" with SHA-256 "${ours.sha256}"`,
    );
  }
}

/**
 * One record as one line. A line feed or carriage return can only be insignificant white space of valid JSON, so a
 * space in its place keeps the line whole; every other byte is the producer's (I8). A tombstone lands as `null`.
 */
function toLine(value: Buffer | null): Buffer {
  const line = Buffer.concat([value ?? Buffer.from('null'), Buffer.of(NEWLINE)]);
  for (let i = 0; i < line.length - 1; i++) {
    if (line[i] === NEWLINE || line[i] === CARRIAGE_RETURN) line[i] = SPACE;
  }
  return line;
}
