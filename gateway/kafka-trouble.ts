/** What was heard longer ago may have nothing to do with a request that is answered now. */
const RECENT_MS = 15_000;
/** Brokers that all fail alike say it in as many words. */
const MOST_TEXTS = 3;

/**
 * What Kafka, or the way there, had to say of late. kafkajs tries again by itself and only logs it, so that a request
 * whose time is up could not be told why.
 */
export class KafkaTrouble {
  /** Text → when it was last heard; in the order in which they were first heard. */
  readonly #heard = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  note(text: string): void {
    this.#forgetOld();
    this.#heard.set(text, this.#now());
  }

  /** The sentence with what was heard of late, the oldest first, in brackets behind it. */
  explain(sentence: string): string {
    this.#forgetOld();
    const texts = [...this.#heard.keys()].slice(0, MOST_TEXTS);
    return texts.length === 0 ? sentence : `${sentence} (heard of Kafka: ${texts.join('; ')})`;
  }

  #forgetOld(): void {
    const limit = this.#now() - RECENT_MS;
    for (const [text, at] of this.#heard) if (at < limit) this.#heard.delete(text);
  }
}
