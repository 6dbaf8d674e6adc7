import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { PinflowError } from '../../domain/errors.ts';
import { KEY_FIELDS, mapKinds, RECORD_KINDS, type PerKind, type RecordKind } from '../../domain/kinds.ts';
import type { RowSource, SourceRow } from '../ports.ts';
import { readChunks, scanLines } from './lines.ts';

/** A file that was read once from end to end: where each row begins, how long it is, its key. */
interface IndexedFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly stats: Stats;
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
  readonly keys: readonly (number | null)[];
}

/**
 * Rows from pin.jsonl, geo.jsonl and user.jsonl of a folder, one JSON object per line; blank lines do not count. A
 * line's bytes are passed on as they are, without the line ending (I8). Every line is checked here, before any is sent.
 * @throws PinflowError SOURCE_MISSING naming every file that cannot be opened; SOURCE_MALFORMED naming the first bad line
 */
export async function openJsonlSource(directory: string): Promise<RowSource> {
  const handles = await openFiles(directory);
  try {
    const indexed = await Promise.all(RECORD_KINDS.map((kind) => indexFile(kind, handles[kind])));
    const files = mapKinds((kind) => indexed[RECORD_KINDS.indexOf(kind)] as IndexedFile);
    return {
      listKeys: async (kind) => files[kind].keys,
      readRows: (kind, positions) => readRows(files[kind], positions),
      close: () => closeFiles(Object.values(handles)),
    };
  } catch (error) {
    await closeFiles(Object.values(handles));
    throw error;
  }
}

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
}

async function openFiles(directory: string): Promise<PerKind<OpenFile>> {
  const paths = mapKinds((kind) => join(directory, `${kind}.jsonl`));
  const opened = await Promise.allSettled(RECORD_KINDS.map((kind) => open(paths[kind])));
  const handles = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (handles.length === RECORD_KINDS.length) {
    return mapKinds((kind) => ({ path: paths[kind], handle: handles[RECORD_KINDS.indexOf(kind)] as FileHandle }));
  }
  await Promise.all(handles.map((handle) => handle.close()));
  const failures = RECORD_KINDS.flatMap((kind, i) => {
    const result = opened[i];
    return result?.status === 'rejected' ? [`"${paths[kind]}" (${codeOf(result.reason)})`] : [];
  });
  throw new PinflowError('SOURCE_MISSING', `cannot open ${failures.join(', ')}`);
}

async function closeFiles(files: readonly OpenFile[]): Promise<void> {
  await Promise.all(files.map(({ handle }) => handle.close()));
}

async function indexFile(kind: RecordKind, { path, handle }: OpenFile): Promise<IndexedFile> {
  const stats = await handle.stat();
  const offsets: number[] = [];
  const lengths: number[] = [];
  const keys: (number | null)[] = [];
  for await (const { bytes, offset, number } of scanLines(readChunks(handle))) {
    const row = parseLine(bytes, `${path}:${number}`);
    if (row === undefined) continue;
    offsets.push(offset);
    lengths.push(bytes.length);
    keys.push(keyOf(kind, row));
  }
  return { path, handle, stats, offsets, lengths, keys };
}

const SHOWN_CHARACTERS = 60;

/** The object of a line, or undefined for a blank line. */
function parseLine(bytes: Buffer, place: string): Record<string, unknown> | undefined {
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes)) {
    const restored = Buffer.from(text);
    const column = bytes.findIndex((byte, i) => byte !== restored[i]) + 1;
    throw new PinflowError('SOURCE_MALFORMED', `${place}: expected UTF-8, but byte ${column} of the line is not`);
  }
  if (text.trim() === '') return undefined;
  const refuse = (reason: string): never => {
    const shown = JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
    throw new PinflowError('SOURCE_MALFORMED', `${place}: expected a JSON object, got ${shown}${reason}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse(describeColumn(error, text));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('');
  return value as Record<string, unknown>;
}

/** The engine tells a position for some errors only. */
function describeColumn(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return `, which breaks at column ${Number(position) + 1}`;
  return message.startsWith('Unexpected end') ? `, which ends too early at column ${text.length}` : '';
}

/** Emulators send the key of any kind as `index` or as `ind`; the kind's own spelling goes first. */
function keyOf(kind: RecordKind, row: Record<string, unknown>): number | null {
  const key = row[KEY_FIELDS[kind]] ?? row['index'] ?? row['ind'];
  return Number.isSafeInteger(key) ? (key as number) : null;
}

async function readRows(file: IndexedFile, positions: readonly number[]): Promise<SourceRow[]> {
  await checkUnchanged(file);
  const rows: SourceRow[] = [];
  for (const position of positions) {
    const [offset, length, key] = [file.offsets[position], file.lengths[position], file.keys[position]];
    if (offset === undefined || length === undefined || key === undefined) {
      throw new RangeError(`expected a position from 0 to ${file.keys.length - 1}, got ${position}`);
    }
    const bytes = Buffer.allocUnsafe(length);
    await file.handle.read(bytes, 0, length, offset);
    rows.push({ key, json: bytes.toString('utf8') });
  }
  return rows;
}

/** The index says where rows were; in a file that was written since, other bytes are there. */
async function checkUnchanged({ path, handle, stats }: IndexedFile): Promise<void> {
  const now = await handle.stat();
  if (now.size !== stats.size || now.mtimeMs !== stats.mtimeMs) {
    throw new PinflowError('SOURCE_UNAVAILABLE', `"${path}" was changed while a run was reading it`);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
