import { hash } from 'node:crypto';
import { HASH_LENGTH } from '../../domain/record-mark.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const TAB = 0x09;
const TOMBSTONE = Buffer.from('null');

/**
 * One record as one line, without its end. A line feed or carriage return can only be insignificant white space of valid
 * JSON, so a tab in its place keeps the line whole; every other byte is the producer's (I8). A tab, unlike a space, may not
 * stand in a string either, so that no record that was not JSON becomes it (I9). A tombstone lands as `null`.
 */
export function toLine(value: Buffer | null): Buffer {
  if (value === null) return TOMBSTONE;
  if (!value.includes(LINE_FEED) && !value.includes(CARRIAGE_RETURN)) return value;
  return Buffer.from(value.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? TAB : byte)));
}

/** The hash by which a line is recognised, and the row that it comes from. */
export function hashLine(line: Buffer | string): string {
  return hash('sha256', line).slice(0, HASH_LENGTH);
}

/** The lines of an object's body, each ended by a line feed. */
export function joinLines(lines: readonly Buffer[]): Buffer {
  const body = Buffer.allocUnsafe(lines.reduce((total, line) => total + line.length + 1, 0));
  let at = 0;
  for (const line of lines) {
    at += line.copy(body, at);
    body[at++] = LINE_FEED;
  }
  return body;
}

/** The inverse of {@link joinLines}. */
export function* splitLines(body: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = body.indexOf(LINE_FEED); end !== -1; end = body.indexOf(LINE_FEED, start)) {
    yield body.subarray(start, end);
    start = end + 1;
  }
  // Kafka Connect's sinks leave the last line without an end.
  if (start < body.length) yield body.subarray(start);
}
