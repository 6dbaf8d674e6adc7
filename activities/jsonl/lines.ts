import type { FileHandle } from 'node:fs/promises';

const CHUNK_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A line without its ending. */
export interface Line {
  readonly bytes: Buffer;
  /** Of the first byte, in the file. */
  readonly offset: number;
  /** Counted from 1. */
  readonly number: number;
}

/** Every line of a file that comes in chunks, ended by LF or CR LF; a chunk and one line are in memory at a time. */
export async function* scanLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let pending: Buffer = Buffer.alloc(0);
  let offset = 0;
  let number = 1;
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let start = 0;
    for (let end = pending.indexOf(LINE_FEED); end !== -1; end = pending.indexOf(LINE_FEED, start)) {
      yield { bytes: cutCarriageReturn(pending.subarray(start, end)), offset: offset + start, number: number++ };
      start = end + 1;
    }
    pending = pending.subarray(start);
    offset += start;
  }
  if (pending.length > 0) yield { bytes: cutCarriageReturn(pending), offset, number };
}

/** The file from its beginning. */
export async function* readChunks(handle: FileHandle): AsyncGenerator<Buffer> {
  let position = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function cutCarriageReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes;
}
