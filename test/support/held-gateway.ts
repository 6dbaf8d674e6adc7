import { setImmediate as turn } from 'node:timers/promises';
import type { Acknowledgement, Gateway, RowPost } from '../../activities/ports.ts';
import { MemoryGateway, MemoryKafka } from './memory-kafka.ts';

/** A gateway that holds each request back until the test lets it go on or fail. */
export class HeldGateway implements Gateway {
  readonly kafka = new MemoryKafka();
  readonly #memory = new MemoryGateway(this.kafka);
  readonly #held = new Map<number, { go: PromiseWithResolvers<void>; post: RowPost }>();

  async postRows(post: RowPost): Promise<Acknowledgement[]> {
    const go = Promise.withResolvers<void>();
    this.#held.set(post.sequence, { go, post });
    await go.promise.finally(() => this.#held.delete(post.sequence));
    return this.#memory.postRows(post);
  }

  /** Sequences of the first rows of those requests that are held back, once nothing else happens. */
  async waiting(): Promise<number[]> {
    for (let turns = 0; turns < 20; turns++) await turn();
    return [...this.#held.keys()];
  }

  letGo(sequence: number): void {
    this.#held.get(sequence)?.go.resolve();
  }

  fail(sequence: number, error: Error): void {
    this.#held.get(sequence)?.go.reject(error);
  }
}
