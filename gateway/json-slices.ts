import { isUtf8 } from 'node:buffer';
import { setImmediate as afterOthers } from 'node:timers/promises';
import { JsonReader } from './json-reader.ts';
import { RestError } from './rest-errors.ts';

/** The exact JSON bytes of each member of an object, by name. */
export type Slices<Name extends string> = { readonly [name in Name]?: Buffer };

/** Of the body itself, where clients know of five. */
const MOST_BODY_MEMBERS = 100;

/**
 * Reads every record of `{"records":[{…}…]}` from its members, which are cut out of the body without taking their
 * values apart, so that the bytes that are stored are those of the request (I8). Parsing and writing again would turn 1e400 into null and round large integers.
 * What else stands beside `records` is checked and left alone.
 * @returns one entry per record; none when `records` is absent, null or empty
 * @throws RestError 400 for text that is not JSON, another shape, an unknown or repeated member or too deep nesting
 */
export async function readRecords<Name extends string, Item>(
  body: Buffer,
  input: {
    /** Members that a record may have. */
    readonly members: readonly Name[];
    /** Most records. */
    readonly most: number;
    readonly tooMany: () => Error;
    readonly read: (members: Slices<Name>, index: number) => Item;
  },
): Promise<Item[]> {
  const { members, most, tooMany, read } = input;
  const records: Item[] = [];
  const reader = openBody(body);
  for (const name of readNames(reader)) {
    if (name !== 'records' || reader.peekKind() === 'null') {
      while (!reader.skipValue()) await beginStretch(reader);
      continue;
    }
    if (reader.peekKind() !== 'array') throw malformed('"records" is not an array', reader.position);
    reader.enterArray();
    while (reader.toNextElement()) {
      if (records.length === most) throw tooMany();
      const record = openObject(reader, { what: `record ${records.length}`, members });
      while (!readOn(reader, record)) await beginStretch(reader);
      records.push(read(record.found, records.length));
      if (reader.isDue) await beginStretch(reader);
    }
  }
  reader.expectEnd();
  return records;
}

/**
 * Finds the members of the body itself, in the same way.
 * @throws RestError 400 as {@link readRecords}
 */
export async function sliceMembers<Name extends string>(body: Buffer, members: readonly Name[]): Promise<Slices<Name>> {
  const reader = openBody(body);
  const object = openObject(reader, { what: 'body', members });
  while (!readOn(reader, object)) await beginStretch(reader);
  reader.expectEnd();
  return object.found;
}

async function beginStretch(reader: JsonReader): Promise<void> {
  // What has happened meanwhile on other connections is seen to first: no request keeps the event loop for 50 ms.
  await afterOthers();
  reader.beginStretch();
}

function openBody(body: Buffer): JsonReader {
  if (body.length === 0) throw new RestError('MALFORMED', 'body is empty');
  if (!isUtf8(body)) throw new RestError('MALFORMED', `body is not valid UTF-8 at byte ${findInvalidByte(body)}`);
  if (body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK))
    throw new RestError('MALFORMED', 'body has a byte order mark at byte 0');
  return new JsonReader(body);
}

/** An object that is being read. */
interface OpenObject<Name extends string> {
  readonly what: string;
  readonly members: readonly Name[];
  readonly found: { [name in Name]?: Buffer };
  /** The member whose value is being read. */
  open: Name | undefined;
}

function openObject<Name extends string>(
  reader: JsonReader,
  { what, members }: { readonly what: string; readonly members: readonly Name[] },
): OpenObject<Name> {
  if (reader.peekKind() !== 'object') throw malformed(`${what} is not a JSON object`, reader.position);
  reader.enterObject();
  return { what, members, found: {}, open: undefined };
}

/** False where a stretch ended in the middle of a value. */
function readOn<Name extends string>(reader: JsonReader, object: OpenObject<Name>): boolean {
  for (;;) {
    object.open ??= toNextKnown(reader, object);
    if (object.open === undefined) return true;
    const slice = reader.sliceValue();
    if (slice === undefined) return false;
    object.found[object.open] = slice;
    object.open = undefined;
  }
}

function toNextKnown<Name extends string>(
  reader: JsonReader,
  { what, members, found }: OpenObject<Name>,
): Name | undefined {
  const name = reader.toNextMember();
  if (name === undefined) return undefined;
  const member = members.find((known) => known === name);
  if (member === undefined) {
    const text = `${what} has the unknown member ${JSON.stringify(name)} at byte ${reader.memberStart}`;
    throw new RestError('MALFORMED', `${text}, known are ${members.join(', ')}`);
  }
  if (found[member] !== undefined) throw malformed(`${what} has the member "${name}" twice`, reader.memberStart);
  return member;
}

/** The names of the body's members; whoever takes one moves over its value. */
function* readNames(reader: JsonReader): Generator<string> {
  if (reader.peekKind() !== 'object') throw malformed('body is not a JSON object', reader.position);
  const names = new Set<string>();
  reader.enterObject();
  for (let name = reader.toNextMember(); name !== undefined; name = reader.toNextMember()) {
    if (names.has(name)) throw malformed(`body has the member ${JSON.stringify(name)} twice`, reader.memberStart);
    if (names.size === MOST_BODY_MEMBERS) {
      throw malformed(`body has more than ${MOST_BODY_MEMBERS} members`, reader.memberStart);
    }
    names.add(name);
    yield name;
  }
}

function malformed(problem: string, byte: number): RestError {
  return new RestError('MALFORMED', `${problem} at byte ${byte}`);
}

/** Where the first ill-formed sequence begins. Piece by piece, because only a small piece is worth decoding. */
function findInvalidByte(body: Buffer): number {
  let start = 0;
  for (;;) {
    const piece = body.subarray(start, endOfPiece(body, start));
    if (!isUtf8(piece)) return start + findInvalidSequence(piece);
    start += piece.length;
  }
}

/** Not in the middle of a character, of which three bytes at most follow its first. */
function endOfPiece(body: Buffer, start: number): number {
  let end = start + PIECE_BYTES;
  for (let back = 0; back < 3 && ((body[end] ?? 0) & 0xc0) === 0x80; back++) end--;
  return end;
}

/** The first replacement character of the text that is none in the bytes. */
function findInvalidSequence(piece: Buffer): number {
  let position = 0;
  for (const part of piece.toString('utf8').split('\ufffd')) {
    position += Buffer.byteLength(part);
    if (!piece.subarray(position, position + REPLACEMENT.length).equals(REPLACEMENT)) break;
    position += REPLACEMENT.length;
  }
  return position;
}

const PIECE_BYTES = 64 * 1024;
const REPLACEMENT = Buffer.from('\ufffd');
const BYTE_ORDER_MARK = Buffer.from('\ufeff');
