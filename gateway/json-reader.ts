import { RestError } from './rest-errors.ts';

/** Levels of objects and arrays in a body. Node can parse deeper JSON than it, or a reader downstream, can handle. */
const MAX_NESTING = 64;

/** Read at a stretch, which takes about 1 ms, and 3 ms of nothing but brackets. */
const STRETCH_BYTES = 512 * 1024;

const [QUOTE, BACKSLASH, COMMA, COLON, MINUS, DOT] = [0x22, 0x5c, 0x2c, 0x3a, 0x2d, 0x2e];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const [LETTER_E, LETTER_F, LETTER_N, LETTER_T, LETTER_U] = [0x65, 0x66, 0x6e, 0x74, 0x75];

/** By byte, 1 where it may stand in a string as it is. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

/**
 * Moves over JSON text byte by byte and checks it on the way, so that values can be cut out of a body and stored as
 * they stand there (I8). `JSON.parse` would do half of the work only: it tells no position reliably, and a body of
 * 10 MiB that holds little but brackets keeps it busy for 0.4 s (docs/decisions/0017). The bytes are known to be UTF-8.
 */
export class JsonReader {
  readonly #bytes: Buffer;
  #position = 0;
  #memberStart = 0;
  #depth = 0;
  #atFirst = false;
  /** Whether the object or array of each level is an object. */
  readonly #isObject: boolean[] = [];
  /** Where the value began, and the level it began at, that is skipped at the moment. */
  #valueStart = 0;
  #outside: number | undefined;
  #stretchEnd = STRETCH_BYTES;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#position;
  }

  /** Where the name of the member begins to which it was moved last. */
  get memberStart(): number {
    return this.#memberStart;
  }

  /** What the value that comes next is. */
  peekKind(): 'object' | 'array' | 'null' | 'other' {
    const byte = this.#peek();
    return byte === OPEN_OBJECT ? 'object' : byte === OPEN_ARRAY ? 'array' : byte === LETTER_N ? 'null' : 'other';
  }

  enterObject(): void {
    this.#enter(OPEN_OBJECT);
  }

  enterArray(): void {
    this.#enter(OPEN_ARRAY);
  }

  /** Moves to the next element of the array that was entered; false, and out of the array, behind its last one. */
  toNextElement(): boolean {
    return this.#toNextItem(CLOSE_ARRAY);
  }

  /** Moves to the value of the object's next member and gives its name; undefined, and out of the object, behind its last one. */
  toNextMember(): string | undefined {
    if (!this.#toNextItem(CLOSE_OBJECT)) return undefined;
    this.#peek();
    const start = (this.#memberStart = this.#position);
    const isPlain = this.#skipString();
    const end = this.#position;
    this.#expect(COLON);
    const bytes = this.#bytes;
    return isPlain
      ? bytes.toString('utf8', start + 1, end - 1)
      : (JSON.parse(bytes.toString('utf8', start, end)) as string);
  }

  /** {@link skipValue}, and gives the value's bytes without the white space around it. */
  sliceValue(): Buffer | undefined {
    if (this.#outside === undefined) {
      this.#peek();
      this.#valueStart = this.#position;
    }
    return this.skipValue() ? this.#bytes.subarray(this.#valueStart, this.#position) : undefined;
  }

  /** Moves over the value that comes next. False where a stretch ended inside of it: the next call goes on from there. */
  skipValue(): boolean {
    if (this.#outside === undefined) {
      this.#outside = this.#depth;
      this.#skipStart();
    }
    if (!this.#skipNested(this.#outside)) return false;
    this.#outside = undefined;
    return true;
  }

  /** Whether so much was read at a stretch that others should have their turn. */
  get isDue(): boolean {
    return this.#position >= this.#stretchEnd;
  }

  beginStretch(): void {
    this.#stretchEnd = this.#position + STRETCH_BYTES;
  }

  /** @throws RestError 400 where there is more than white space */
  expectEnd(): void {
    this.#peek();
    if (this.#position < this.#bytes.length) this.#fail();
  }

  /** The first byte that is no white space. */
  #peek(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#position] ?? 0;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.#position] ?? 0;
    return byte;
  }

  #expect(byte: number): void {
    if (this.#peek() !== byte) this.#fail();
    this.#position++;
  }

  #enter(open: number): void {
    this.#expect(open);
    if (++this.#depth > MAX_NESTING) {
      const text = `body is nested deeper than ${MAX_NESTING} levels at byte ${this.#position - 1}`;
      throw new RestError('MALFORMED', text);
    }
    this.#isObject[this.#depth] = open === OPEN_OBJECT;
    this.#atFirst = true;
  }

  #toNextItem(close: number): boolean {
    const isFirst = this.#atFirst;
    this.#atFirst = false;
    const byte = this.#peek();
    if (byte === close) {
      this.#position++;
      this.#depth--;
      return false;
    }
    if (!isFirst) this.#expect(COMMA);
    return true;
  }

  /** Moves over a value, or into it where it is an object or an array. */
  #skipStart(): void {
    switch (this.#peek()) {
      case QUOTE:
        return void this.#skipString();
      case OPEN_OBJECT:
        return this.#enter(OPEN_OBJECT);
      case OPEN_ARRAY:
        return this.#enter(OPEN_ARRAY);
      case LETTER_T:
        return this.#skipWord('true');
      case LETTER_F:
        return this.#skipWord('false');
      case LETTER_N:
        return this.#skipWord('null');
      default:
        return this.#skipNumber();
    }
  }

  /** Moves on until it is out of all that was entered since; not by recursion, so that it can stop anywhere. */
  #skipNested(outside: number): boolean {
    while (this.#depth > outside) {
      if (this.isDue) return false;
      const isObject = this.#isObject[this.#depth] === true;
      if (!this.#toNextItem(isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) continue;
      if (isObject) {
        this.#peek();
        this.#skipString();
        this.#expect(COLON);
      }
      this.#skipStart();
    }
    return true;
  }

  /** Whether the string means what stands there, without escapes. */
  #skipString(): boolean {
    const bytes = this.#bytes;
    let position = this.#position;
    if (bytes[position] !== QUOTE) this.#fail();
    let isPlain = true;
    for (;;) {
      position++;
      while (PLAIN[bytes[position] ?? 0] === 1) position++;
      if (bytes[position] === QUOTE) break;
      this.#position = position;
      this.#skipEscape();
      isPlain = false;
      position = this.#position;
    }
    this.#position = position + 1;
    return isPlain;
  }

  /** Stops at the last byte of the escape. Half of a surrogate pair is taken: its text is ASCII and is stored as such. */
  #skipEscape(): void {
    if (this.#bytes[this.#position] !== BACKSLASH) this.#fail();
    const letter = this.#bytes[++this.#position] ?? 0;
    if (letter === LETTER_U) {
      for (let digits = 0; digits < 4; digits++) {
        if (!isHexDigit(this.#bytes[++this.#position] ?? 0)) this.#fail();
      }
    } else if (!ESCAPES.has(letter)) this.#fail();
  }

  #skipNumber(): void {
    if (this.#bytes[this.#position] === MINUS) this.#position++;
    if (this.#bytes[this.#position] === DIGIT_0) this.#position++;
    else this.#skipDigits();
    if (this.#bytes[this.#position] === DOT) {
      this.#position++;
      this.#skipDigits();
    }
    if (((this.#bytes[this.#position] ?? 0) | 0x20) === LETTER_E) {
      this.#position++;
      const sign = this.#bytes[this.#position];
      if (sign === MINUS || sign === PLUS) this.#position++;
      this.#skipDigits();
    }
  }

  #skipDigits(): void {
    const start = this.#position;
    while (isDigit(this.#bytes[this.#position] ?? 0)) this.#position++;
    if (this.#position === start) this.#fail();
  }

  #skipWord(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (this.#bytes[this.#position] !== word.charCodeAt(i)) this.#fail();
      this.#position++;
    }
  }

  #fail(): never {
    throw new RestError('MALFORMED', `body is not valid JSON at byte ${this.#position}`);
  }
}

const [PLUS, DIGIT_0, DIGIT_9] = [0x2b, 0x30, 0x39];
const ESCAPES = new Set(Buffer.from('"\\/bfnrt'));

function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_9;
}

function isHexDigit(byte: number): boolean {
  const letter = byte | 0x20;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66);
}
