/**
 * CPython's `random` module, as far as the course's emulator uses it: the Mersenne Twister (MT19937) seeded with an
 * integer, and `randrange`/`randint` by rejection. Its key sequence is the only way to send the very rows that the
 * course's repositories sent: seed 100 gives keys 7528, 2863, 5730, 8304, 8731, …
 */

const STATE_SIZE = 624;
const SHIFT = 397;

export class PythonRandom {
  readonly #state: Uint32Array;
  #next = STATE_SIZE;

  /** `random.seed(seed)`. Python seeds with the absolute value, of any size. */
  constructor(seed: number | bigint) {
    this.#state = seedByWords(wordsOf(BigInt(seed)));
  }

  /** `random.randrange(start, stop)`: a whole number of at least `start` and below `stop`. */
  randrange(start: number, stop: number): number {
    return start + this.#below(stop - start);
  }

  /** `random.randint(first, last)`: both ends included. */
  randint(first: number, last: number): number {
    return this.randrange(first, last + 1);
  }

  /** Python draws as many bits as `count` has (not `count - 1`) and tries again while the number is too large. */
  #below(count: number): number {
    if (!Number.isInteger(count) || count < 1 || count > 0x7fff_ffff) {
      throw new RangeError(`expected a range of 1 to 2147483647 numbers, got ${count}`);
    }
    const unused = Math.clz32(count);
    for (;;) {
      const drawn = this.#word() >>> unused;
      if (drawn < count) return drawn;
    }
  }

  #word(): number {
    if (this.#next === STATE_SIZE) {
      twist(this.#state);
      this.#next = 0;
    }
    let word = at(this.#state, this.#next++);
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c_5680;
    word ^= (word << 15) & 0xefc6_0000;
    word ^= word >>> 18;
    return word >>> 0;
  }
}

function wordsOf(seed: bigint): Uint32Array {
  const words: number[] = [];
  for (let rest = seed < 0n ? -seed : seed; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffff_ffffn));
  return Uint32Array.from(words.length === 0 ? [0] : words);
}

/** `init_by_array` of the reference implementation, which CPython calls for every integer seed. */
function seedByWords(words: Uint32Array): Uint32Array {
  const state = new Uint32Array(STATE_SIZE);
  state[0] = 19_650_218;
  for (let i = 1; i < STATE_SIZE; i++) state[i] = Math.imul(1_812_433_253, mixed(state, i)) + i;
  let i = 1;
  const step = (value: number) => {
    state[i++] = value;
    if (i < STATE_SIZE) return;
    state[0] = at(state, STATE_SIZE - 1);
    i = 1;
  };
  for (let turn = 0; turn < Math.max(STATE_SIZE, words.length); turn++) {
    const word = turn % words.length;
    step((at(state, i) ^ Math.imul(mixed(state, i), 1_664_525)) + at(words, word) + word);
  }
  for (let turn = 1; turn < STATE_SIZE; turn++) step((at(state, i) ^ Math.imul(mixed(state, i), 1_566_083_941)) - i);
  state[0] = 0x8000_0000;
  return state;
}

function mixed(state: Uint32Array, i: number): number {
  const before = at(state, i - 1);
  return before ^ (before >>> 30);
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < STATE_SIZE; i++) {
    const bits = (at(state, i) & 0x8000_0000) | (at(state, (i + 1) % STATE_SIZE) & 0x7fff_ffff);
    state[i] = at(state, (i + SHIFT) % STATE_SIZE) ^ (bits >>> 1) ^ (bits & 1 ? 0x9908_b0df : 0);
  }
}

/** Every index above is inside its array; the type checker cannot know that. */
function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}
