import { createHash } from 'node:crypto';
import { PinflowError } from '../../domain/errors.ts';
import { landedKey } from '../../domain/names.ts';
import type { OffsetRange } from '../../domain/offsets.ts';
import type { KafkaRecord, ObjectStore } from '../ports.ts';
import { readLandedObject } from './landed-objects.ts';
import { joinLines, toLine } from './record-line.ts';

/** Spark reads an object as one value before it splits it into lines, so objects stay well below its limits. */
const MAX_BYTES = 8 * 1024 * 1024;

export interface ChunkWriterInput {
  readonly store: ObjectStore;
  readonly topic: string;
  readonly range: OffsetRange;
  readonly maxRecords: number;
  /** Longest time that a record waits for others before its object is written. */
  readonly maxAgeMs: number;
  /** Once it is aborted nothing more is written. */
  readonly signal: AbortSignal;
  /** Workflow id, kept with each object for people who look for its origin. */
  readonly writer: string;
}

/**
 * Turns the records of one range into objects, which cover it without gap or overlap (I3). An object is named by the end
 * of the one before it, so two writers that disagree on where to cut meet at the same name, and only one creates it: the
 * other adopts what is there and goes on after it (I6). Where it cuts is therefore free: count, bytes or age.
 */
export class ChunkWriter {
  readonly #input: ChunkWriterInput;
  #lines: Buffer[] = [];
  #bytes = 0;
  /** Offset at which the next object begins. The buffered lines are the records from here on. */
  #start: number;
  #begunAt = 0;
  /** One call at a time: age may be noticed while records are appended. */
  #turn: Promise<void> = Promise.resolve();

  constructor(input: ChunkWriterInput) {
    this.#input = input;
    this.#start = input.range.start;
  }

  /** Takes the next records of the partition, in offset order; those that a landed object holds already are dropped. */
  append(records: readonly KafkaRecord[]): Promise<void> {
    return this.#inTurn(() => this.#append(records));
  }

  /** Writes what has waited long enough. */
  writeAged(): Promise<void> {
    return this.#inTurn(async () => {
      const isAged = () => this.#lines.length > 0 && Date.now() - this.#begunAt >= this.#input.maxAgeMs;
      while (isAged()) await this.#write(this.#next);
    });
  }

  /** Writes what is left, up to the end of the range. Call once every record of the range has been appended. */
  finish(): Promise<void> {
    return this.#inTurn(async () => {
      while (this.#start < this.#input.range.end) await this.#write(this.#input.range.end);
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #append(records: readonly KafkaRecord[]): Promise<void> {
    for (const { offset, value } of records) {
      if (offset >= this.#input.range.end) return;
      // A gap in the log ends the object: the offset of a line is the object's start plus its line number.
      while (offset > this.#next) await this.#write(offset);
      const line = toLine(value);
      while (this.#isFull(line)) await this.#write(this.#next);
      if (offset < this.#next) continue;
      if (this.#lines.length === 0) this.#begunAt = Date.now();
      this.#lines.push(line);
      this.#bytes += line.length + 1;
    }
  }

  /** The first offset that is neither written nor buffered. */
  get #next(): number {
    return this.#start + this.#lines.length;
  }

  #isFull(line: Buffer): boolean {
    const { length } = this.#lines;
    return length > 0 && (length >= this.#input.maxRecords || this.#bytes + line.length > MAX_BYTES);
  }

  /** Writes the buffered lines, if any, as one object that ends before `end`, or adopts the object that exists here. */
  async #write(end: number): Promise<void> {
    const { store, topic, range, writer, signal } = this.#input;
    signal.throwIfAborted();
    const start = this.#start;
    const body = joinLines(this.#lines);
    const sha256 = createHash('sha256').update(body).digest('hex');
    const key = landedKey({ topic, partition: range.partition, start });
    const metadata = { 'end-offset': String(end), count: String(this.#lines.length), sha256, writer };
    const outcome = await store.createObject({ key, body, contentType: 'application/x-ndjson', metadata });
    this.#start = outcome === 'created' ? end : await this.#adopt({ key, start, end, sha256 });
    // An adopted object may hold fewer records than were buffered; the rest begins the next object.
    this.#lines = this.#lines.slice(this.#start - start);
    this.#bytes = this.#lines.reduce((total, line) => total + line.length + 1, 0);
  }

  /** The object is ours from an earlier try, or another writer's that landed the same offsets: where it ends counts. */
  async #adopt(ours: { key: string; start: number; end: number; sha256: string }): Promise<number> {
    const existing = await readLandedObject(this.#input.store, ours.key);
    const differs = existing?.end === ours.end && existing.sha256 !== ours.sha256;
    if (existing !== undefined && existing.end > ours.start && !differs) return existing.end;
    throw new PinflowError(
      'OBJECT_CONFLICT',
      `object "${ours.key}" exists with end "${existing?.end ?? 'none'}" and SHA-256 "${existing?.sha256 ?? 'none'}", ` +
        `ours ends at "${ours.end}" with SHA-256 "${ours.sha256}"`,
    );
  }
}
