import { isUtf8 } from 'node:buffer';
import { setImmediate as afterOthers } from 'node:timers/promises';
import { JsonReader } from './json-reader.ts';
import { RestError } from './rest-errors.ts';

/** The exact JSON bytes of each member of an object, by name. */
export type Slices<Name extends string> = { readonly [name in Name]?: Buffer };

/** Read at a stretch, in about 2 ms. Other requests have their turn before the next so many (event loop). */
const STRETCH_BYTES = 512 * 1024;

/**
 * Finds the members of every record of `{"records":[{…}…]}` without taking their values apart, so that the bytes that are
 * stored are those of the request (I8). Parsing and writing again would turn 1e400 into null and round large integers.
 * What else stands beside `records` is checked and left alone.
 * @returns one entry per record; none when `records` is absent, null or empty
 * @throws RestError 400 for text that is not JSON, another shape, an unknown or repeated member or too deep nesting
 */
export async function sliceRecords<Name extends string>(
  body: Buffer,
  input: {
    /** Members that a record may have. */
    readonly members: readonly Name[];
    /** Most records. */
    readonly most: number;
    readonly tooMany: () => Error;
  },
): Promise<Slices<Name>[]> {
  const { members, most, tooMany } = input;
  const records: Slices<Name>[] = [];
  let pause = STRETCH_BYTES;
  const reader = openBody(body);
  for (const name of readNames(reader)) {
    if (name !== 'records' || reader.peekKind() === 'null') {
      reader.skipValue();
      continue;
    }
    if (reader.peekKind() !== 'array') throw malformed('"records" is not an array', reader.position);
    reader.enterArray();
    while (reader.toNextElement()) {
      if (records.length === most) throw tooMany();
      records.push(readObject(reader, { what: `record ${records.length}`, members }));
      if (reader.position < pause) continue;
      pause = reader.position + STRETCH_BYTES;
      await afterOthers();
    }
  }
  reader.expectEnd();
  return records;
}

/**
 * Finds the members of the body itself, in the same way.
 * @throws RestError 400 as {@link sliceRecords}
 */
export function sliceMembers<Name extends string>(body: Buffer, members: readonly Name[]): Slices<Name> {
  const reader = openBody(body);
  const found = readObject(reader, { what: 'body', members });
  reader.expectEnd();
  return found;
}

function openBody(body: Buffer): JsonReader {
  if (body.length === 0) throw new RestError('MALFORMED', 'body is empty');
  if (!isUtf8(body)) throw new RestError('MALFORMED', `body is not valid UTF-8 at byte ${findInvalidByte(body)}`);
  if (body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK))
    throw new RestError('MALFORMED', 'body has a byte order mark at byte 0');
  return new JsonReader(body);
}

function readObject<Name extends string>(
  reader: JsonReader,
  { what, members }: { readonly what: string; readonly members: readonly Name[] },
): Slices<Name> {
  const found: { [name in Name]?: Buffer } = {};
  if (reader.peekKind() !== 'object') throw malformed(`${what} is not a JSON object`, reader.position);
  reader.enterObject();
  for (let name = reader.toNextMember(); name !== undefined; name = reader.toNextMember()) {
    const member = members.find((known) => known === name);
    if (member === undefined) {
      const text = `${what} has the unknown member ${JSON.stringify(name)} at byte ${reader.memberStart}`;
      throw new RestError('MALFORMED', `${text}, known are ${members.join(', ')}`);
    }
    if (found[member] !== undefined) throw malformed(`${what} has the member "${name}" twice`, reader.memberStart);
    found[member] = reader.sliceValue();
  }
  return found;
}

/** The names of the body's members; whoever takes one moves over its value. */
function* readNames(reader: JsonReader): Generator<string> {
  if (reader.peekKind() !== 'object') throw malformed('body is not a JSON object', reader.position);
  const names = new Set<string>();
  reader.enterObject();
  for (let name = reader.toNextMember(); name !== undefined; name = reader.toNextMember()) {
    if (names.has(name)) throw malformed(`body has the member ${JSON.stringify(name)} twice`, reader.memberStart);
    names.add(name);
    yield name;
  }
}

function malformed(problem: string, byte: number): RestError {
  return new RestError('MALFORMED', `${problem} at byte ${byte}`);
}

/** Where the first ill-formed sequence begins: the first replacement character of the text that is none in the bytes. */
function findInvalidByte(body: Buffer): number {
  let position = 0;
  for (const part of body.toString('utf8').split('\ufffd')) {
    position += Buffer.byteLength(part);
    if (!body.subarray(position, position + REPLACEMENT.length).equals(REPLACEMENT)) return position;
    position += REPLACEMENT.length;
  }
  return body.length;
}

const REPLACEMENT = Buffer.from('\ufffd');
const BYTE_ORDER_MARK = Buffer.from('\ufeff');
