import { hash } from 'node:crypto';
import { RestError } from './rest-errors.ts';

const MAX_KEYS = 10_000;
const KEY_PATTERN = /^[\x20-\x7e]{1,255}$/;

interface Remembered<Reply> {
  readonly bodyHash: string;
  readonly reply: Promise<Reply>;
  /** The answer, once it is there and was not a whole success. */
  partial?: Reply;
}

/**
 * Answers a repeated request with the answer of the first one, without doing its work again (I6). An answer is
 * shared while the work is under way and kept afterwards. Where it was not a whole success, the next try gets it and goes
 * on from there; where there was none, the work begins anew. Memory only: a gateway that was restarted has forgotten.
 */
export class IdempotentReplies<Reply> {
  readonly #isWhole: (reply: Reply) => boolean;
  readonly #maxKeys: number;
  /** In order of last use. */
  readonly #remembered = new Map<string, Remembered<Reply>>();

  constructor({
    isWhole,
    maxKeys = MAX_KEYS,
  }: {
    readonly isWhole: (reply: Reply) => boolean;
    readonly maxKeys?: number;
  }) {
    this.#isWhole = isWhole;
    this.#maxKeys = maxKeys;
  }

  /**
   * @throws RestError 400 for a key that cannot be one, 422 for a key that was used with another body
   */
  answer(input: {
    readonly key: string;
    /** What the request is for. Another one may use the same key. */
    readonly target: string;
    readonly body: Buffer;
    /** `earlier` is what the last try came to, if it came to something. */
    readonly work: (earlier: Reply | undefined) => Promise<Reply>;
  }): Promise<Reply> {
    const { key, target, body, work } = input;
    if (!KEY_PATTERN.test(key)) {
      throw new RestError('MALFORMED', 'the Idempotency-Key is not 1 to 255 printable ASCII characters');
    }
    const name = `${target} ${key}`;
    const bodyHash = hash('sha256', body);
    const known = this.#remembered.get(name);
    if (known !== undefined && known.bodyHash !== bodyHash) {
      const text = `the Idempotency-Key ${JSON.stringify(key)} was used for ${target} with another body`;
      throw new RestError('INVALID_REQUEST', text);
    }
    const isOver = known === undefined || known.partial !== undefined;
    const entry: Remembered<Reply> = isOver ? { bodyHash, reply: work(known?.partial) } : known;
    this.#remembered.delete(name);
    this.#remembered.set(name, entry);
    if (isOver) this.#settle(name, entry, known);
    return entry.reply;
  }

  /** A try that came to nothing leaves things as they were before it. */
  #settle(name: string, entry: Remembered<Reply>, before: Remembered<Reply> | undefined): void {
    const restore = () => {
      if (this.#remembered.get(name) !== entry) return;
      if (before === undefined) this.#remembered.delete(name);
      else this.#remembered.set(name, before);
    };
    entry.reply.then((reply) => {
      if (!this.#isWhole(reply)) entry.partial = reply;
      this.#dropOldest();
    }, restore);
  }

  #dropOldest(): void {
    for (const name of this.#remembered.keys()) {
      if (this.#remembered.size <= this.#maxKeys) return;
      this.#remembered.delete(name);
    }
  }
}
