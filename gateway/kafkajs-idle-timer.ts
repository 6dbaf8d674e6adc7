import { createRequire } from 'node:module';

/** As much of the requests of one connection of kafkajs as is needed here. */
interface RequestQueue {
  /** Those that may not be sent yet. */
  readonly pending: readonly unknown[];
  /** Looks at {@link pending} again in a while. */
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

let stopped = false;

/**
 * Has kafkajs look again only where a request waits. Otherwise every connection wakes the process each millisecond for as
 * long as it is open, with a timer of negative length, of which Node 24 warns (tulios/kafkajs#1704, #1751). An
 * idle gateway took 2.0 % of a core, and takes 0.4 %. A request that has to wait sets the timer itself (docs/decisions/0017).
 */
export function stopKafkajsIdleTimer(): void {
  if (stopped) return;
  stopped = true;
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue;
  };
  const { scheduleCheckPendingRequests } = prototype;
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue) {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
}
