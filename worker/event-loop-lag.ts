/** How often the event loop is asked for its time. */
const TICK_MS = 200;
/** Probes come every ten seconds by default; a stall between two of them must be seen by the second. */
const WINDOW_MS = 10_000;

export interface EventLoopLag {
  /** Longest time in ms, within the last ten seconds, that something was due and did not get to run. */
  worst(): number;
  stop(): void;
}

/** Watches how late timers of this process are. Heartbeats and polls of the activities are as late. */
export function watchEventLoop(): EventLoopLag {
  let due = performance.now() + TICK_MS;
  let late: { readonly at: number; readonly ms: number }[] = [];
  const timer = setInterval(() => {
    const at = performance.now();
    late = [...late.filter((seen) => seen.at > at - WINDOW_MS), { at, ms: at - due }];
    due = at + TICK_MS;
  }, TICK_MS);
  timer.unref();
  return {
    // What is due now counts, too: a request may be answered before the timer that a stall has held up.
    worst: () => Math.max(performance.now() - due, 0, ...late.map(({ ms }) => ms)),
    stop: () => clearInterval(timer),
  };
}
