import type { WorkEnd } from './compute.ts';
import { ABORTED, untilAborted } from './until-aborted.ts';

/** Lets work run one after the other, in the order in which it came. */
export class Turns {
  #tail: Promise<unknown> = Promise.resolve();

  /** Runs work when its turn has come. What is stopped while it waits gives up its place. */
  async run(signal: AbortSignal, work: () => Promise<WorkEnd>): Promise<WorkEnd> {
    const earlier = this.#tail;
    const turn = Promise.withResolvers<void>();
    this.#tail = earlier.then(() => turn.promise);
    try {
      return (await untilAborted(earlier, signal)) === ABORTED ? { kind: 'stopped' } : await work();
    } finally {
      turn.resolve();
    }
  }
}
