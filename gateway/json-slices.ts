import { isUtf8 } from 'node:buffer';
import { RestError } from './rest-errors.ts';

/** Levels of objects and arrays in a body. Node can parse deeper JSON than it, or a reader downstream, can handle. */
const MAX_NESTING = 64;

/** One record of a produce request: the exact JSON bytes of each of its members, by name. */
export type RecordSlices = ReadonlyMap<string, Buffer>;

/**
 * Finds the members of every record of `{"records":[{…}…]}` without taking them apart, so that the bytes that reach
 * Kafka are those of the request (I8). Parsing and writing again would turn 1e400 into null and round large integers.
 * @returns one entry per record; none when `records` is absent, null or empty
 * @throws RestError 400 for text that is not JSON, another shape, a repeated member or too deep nesting
 */
export function sliceRecords(body: Buffer): RecordSlices[] {
  const records: RecordSlices[] = [];
  scanBody(body, (name, scanner) => {
    if (name !== 'records' || scanner.peek() === LETTER_N) return void scanner.sliceValue();
    if (scanner.peek() !== OPEN_ARRAY) throw new RestError('MALFORMED', '"records" is not an array');
    scanner.scanElements(() => {
      if (scanner.peek() !== OPEN_OBJECT) {
        throw new RestError('MALFORMED', `record ${records.length} is not a JSON object`);
      }
      const members = new Map<string, Buffer>();
      scanner.scanMembers((member) => members.set(member, scanner.sliceValue()));
      records.push(members);
    });
  });
  return records;
}

/**
 * Finds the members of the body itself, in the same way.
 * @throws RestError 400 for text that is not JSON, another shape, a repeated member or too deep nesting
 */
export function sliceMembers(body: Buffer): RecordSlices {
  const members = new Map<string, Buffer>();
  scanBody(body, (name, scanner) => members.set(name, scanner.sliceValue()));
  return members;
}

/** Visits the members of the body; `visit` has to move over the value. */
function scanBody(body: Buffer, visit: (name: string, scanner: JsonScanner) => void): void {
  assertJson(body);
  const scanner = new JsonScanner(body);
  if (scanner.peek() !== OPEN_OBJECT) throw new RestError('MALFORMED', 'body is not a JSON object');
  scanner.scanMembers((name) => visit(name, scanner));
}

function assertJson(body: Buffer): void {
  if (!isUtf8(body)) throw new RestError('MALFORMED', `body is not valid UTF-8 at byte ${findInvalidByte(body)}`);
  const text = body.toString('utf8');
  if (text.startsWith('\ufeff')) throw new RestError('MALFORMED', 'body has a byte order mark at byte 0');
  try {
    JSON.parse(text);
  } catch (error) {
    // The rest of V8's message quotes the body, which belongs in no log. It counts UTF-16 units, and not always.
    const units = / at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const where = units === undefined ? '' : ` at byte ${Buffer.byteLength(text.slice(0, Number(units)))}`;
    throw new RestError('MALFORMED', `body is not valid JSON${where}`);
  }
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
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const LETTER_N = 0x6e;

/** Walks over bytes that are known to be valid JSON; every method starts at the first byte of a value or before it. */
class JsonScanner {
  readonly #bytes: Buffer;
  #position = 0;
  #depth = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The first byte of what comes next, white space skipped. */
  peek(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#position] ?? 0;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.#position] ?? 0;
    return byte;
  }

  /** Visits the members of the object that comes next; `visit` has to move over the value. */
  scanMembers(visit: (name: string) => void): void {
    const names = new Set<string>();
    this.#scanItems(CLOSE_OBJECT, () => {
      const name = String(JSON.parse(this.#sliceString().toString('utf8')));
      if (names.has(name))
        throw new RestError('MALFORMED', `member ${JSON.stringify(name)} occurs twice in one object`);
      names.add(name);
      this.peek();
      this.#position++; // the colon
      visit(name);
    });
  }

  /** Visits the elements of the array that comes next; `visit` has to move over the value. */
  scanElements(visit: () => void): void {
    this.#scanItems(CLOSE_ARRAY, visit);
  }

  /** Moves over the value that comes next and returns its bytes, without the white space around it. */
  sliceValue(): Buffer {
    const first = this.peek();
    if (first === QUOTE) return this.#sliceString();
    const start = this.#position;
    if (first === OPEN_OBJECT || first === OPEN_ARRAY) this.#skipNested();
    else while (!endsScalar(this.#bytes[this.#position])) this.#position++;
    return this.#bytes.subarray(start, this.#position);
  }

  #scanItems(close: number, visit: () => void): void {
    this.#enter();
    this.#position++;
    while (this.peek() !== close) {
      visit();
      if (this.peek() === COMMA) this.#position++;
    }
    this.#position++;
    this.#depth--;
  }

  #sliceString(): Buffer {
    this.peek();
    const start = this.#position++;
    this.#skipRestOfString();
    return this.#bytes.subarray(start, this.#position);
  }

  #skipRestOfString(): void {
    const bytes = this.#bytes;
    let position = this.#position;
    for (let byte = bytes[position]; byte !== QUOTE; byte = bytes[position]) position += byte === BACKSLASH ? 2 : 1;
    this.#position = position + 1;
  }

  #skipNested(): void {
    const outside = this.#depth;
    do {
      const byte = this.#bytes[this.#position++];
      if (byte === QUOTE) this.#skipRestOfString();
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#enter();
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) this.#depth--;
    } while (this.#depth > outside);
  }

  #enter(): void {
    if (++this.#depth > MAX_NESTING) {
      throw new RestError('MALFORMED', `body is nested deeper than ${MAX_NESTING} levels`);
    }
  }
}

function endsScalar(byte: number | undefined): boolean {
  return byte === undefined || byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY || byte <= 0x20;
}
