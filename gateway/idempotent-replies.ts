import { hash } from 'node:crypto';
import { RestError } from './rest-errors.ts';

const MAX_KEYS = 10_000;
const KEY_PATTERN = /^[\x20-\x7e]{1,255}$/;

interface Remembered<Reply> {
  readonly bodyHash: string;
  readonly reply: Promise<Reply>;
}

/**
 * Answers a repeated request with the answer of the first one, without doing its work again (I6). An answer is
 * shared while the work is under way and kept afterwards if it was a success. Memory only: a gateway that was restarted
 * has forgotten.
 */
export class IdempotentReplies<Reply> {
  readonly #isKept: (reply: Reply) => boolean;
  readonly #maxKeys: number;
  /** In order of last use. */
  readonly #remembered = new Map<string, Remembered<Reply>>();

  constructor({
    isKept,
    maxKeys = MAX_KEYS,
  }: {
    readonly isKept: (reply: Reply) => boolean;
    readonly maxKeys?: number;
  }) {
    this.#isKept = isKept;
    this.#maxKeys = maxKeys;
  }

  /**
   * @throws RestError 400 for a key that cannot be one, 422 for a key that was used with another body
   */
  answer(input: {
    readonly key: string;
    readonly topic: string;
    readonly body: Buffer;
    readonly work: () => Promise<Reply>;
  }): Promise<Reply> {
    const { key, topic, body, work } = input;
    if (!KEY_PATTERN.test(key)) {
      throw new RestError('MALFORMED', 'the Idempotency-Key is not 1 to 255 printable ASCII characters');
    }
    const name = `${topic} ${key}`;
    const bodyHash = hash('sha256', body);
    const known = this.#remembered.get(name);
    if (known !== undefined && known.bodyHash !== bodyHash) {
      const text = `the Idempotency-Key ${JSON.stringify(key)} was used for topic "${topic}" with another body`;
      throw new RestError('INVALID_REQUEST', text);
    }
    const entry = known ?? { bodyHash, reply: work() };
    this.#remembered.delete(name);
    this.#remembered.set(name, entry);
    if (known === undefined) this.#settle(name, entry);
    return entry.reply;
  }

  #settle(name: string, entry: Remembered<Reply>): void {
    const forget = () => {
      if (this.#remembered.get(name) === entry) this.#remembered.delete(name);
    };
    entry.reply.then((reply) => {
      if (!this.#isKept(reply)) forget();
      this.#dropOldest();
    }, forget);
  }

  #dropOldest(): void {
    for (const name of this.#remembered.keys()) {
      if (this.#remembered.size <= this.#maxKeys) return;
      this.#remembered.delete(name);
    }
  }
}
