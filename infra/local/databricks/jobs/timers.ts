/** Longest delay that a timer of the runtime takes. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** At most one timer per run or task run. */
export class Timers {
  readonly #timers = new Map<number, NodeJS.Timeout>();

  set(id: number, delayMs: number, action: () => void): void {
    this.clear(id);
    this.#timers.set(id, setTimeout(action, Math.min(delayMs, MAX_DELAY_MS)));
  }

  clear(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  clearAll(): void {
    for (const id of this.#timers.keys()) this.clear(id);
  }
}
