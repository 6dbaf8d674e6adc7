/**
 * A small random number generator whose whole state comes from a text: the same text gives the same numbers on every
 * machine and in every version (a retry must plan the same rows, I6). The generator is sfc32, a 128-bit
 * "small fast counter" that passes the usual statistical batteries; it is no source of secrets.
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    this.#a = hashText(seed, 0x811c_9dc5);
    this.#b = hashText(seed, 0x9e37_79b9);
    this.#c = hashText(seed, 0x7f4a_7c15);
    // Twelve rounds spread the seed over the whole state.
    for (let round = 0; round < 12; round++) this.word();
  }

  /** The next 32 bits, as a whole number of at least 0. */
  word(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** A whole number of at least 0 and below `count` (at most 2^32), each equally likely. */
  below(count: number): number {
    if (!Number.isInteger(count) || count < 1 || count > 2 ** 32) {
      throw new RangeError(`expected a whole number from 1 to 4294967296, got ${count}`);
    }
    // Words of the last, incomplete round of `count` would favour small results.
    const limit = 2 ** 32 - (2 ** 32 % count);
    for (;;) {
      const word = this.word();
      if (word < limit) return word % count;
    }
  }

  /** The items in an order in which every permutation is equally likely (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const chosen = this.below(last + 1);
      [shuffled[last], shuffled[chosen]] = [shuffled[chosen] as T, shuffled[last] as T];
    }
    return shuffled;
  }
}

/** FNV-1a over the UTF-16 code units, then a final mix so that texts that differ in one bit differ everywhere. */
function hashText(text: string, start: number): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
