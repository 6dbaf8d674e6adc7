import { ABORTED, untilAborted } from './until-aborted.ts';

/** A queue of which the first one is served until it says that it is done. */
export class Turns {
  #tail: Promise<unknown> = Promise.resolve();

  /** Waits for its turn; gives what ends it. A caller that is aborted while it waits gives up its place. */
  async take(signal: AbortSignal): Promise<(() => void) | typeof ABORTED> {
    const earlier = this.#tail;
    const turn = Promise.withResolvers<void>();
    this.#tail = earlier.then(() => turn.promise);
    if ((await untilAborted(earlier, signal)) !== ABORTED) return turn.resolve;
    turn.resolve();
    return ABORTED;
  }
}
