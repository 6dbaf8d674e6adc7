import type { ProcessSource } from './task-cluster.ts';
import type { ClusterProcess } from './warm-cluster.ts';

export interface SparePoolOptions {
  /** How many processes wait for work; 0 for none. */
  readonly size: number;
  /** A process that warms up, or one that is to work at once. */
  readonly launch: (options: { readonly warmUp: boolean }) => ClusterProcess;
}

/**
 * Processes that wait, warm, for tasks which want one of their own. A spare that was taken is replaced when it has ended,
 * not before: a start beside it made work of 5 to 8 s take 9 to 15 (four rounds each, two cores with a load of 2 to 4;
 * with a load of 6 and more the difference was lost in the noise). The price: a second task at the same time starts cold.
 */
export class SparePool implements ProcessSource {
  readonly #options: SparePoolOptions;
  /** Every process of which something may be left. */
  readonly #living = new Set<ClusterProcess>();
  /** Those that wait for work, the oldest first. */
  readonly #spares = new Map<ClusterProcess, 'starting' | 'warm'>();
  #stopped = false;

  constructor(options: SparePoolOptions) {
    this.#options = options;
  }

  /** Starts what is missing, one after the other: JVMs that warm up at the same time are all late. */
  fill(): void {
    const isBusy = [...this.#spares.values()].includes('starting');
    if (this.#stopped || isBusy || this.#spares.size >= this.#options.size) return;
    const spare = this.#launch({ warmUp: true });
    this.#spares.set(spare, 'starting');
    void this.#follow(spare);
  }

  take(): ClusterProcess | undefined {
    if (this.#stopped) return undefined;
    // They started one after the other, so the oldest is the one that is nearest to being warm.
    const [oldest] = this.#spares.keys();
    if (oldest === undefined) return this.#launch({ warmUp: false });
    this.#spares.delete(oldest);
    return oldest;
  }

  async giveBack(process: ClusterProcess): Promise<void> {
    await this.#end(process);
    this.fill();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#living].map((process) => process.stop()));
  }

  #launch(options: { readonly warmUp: boolean }): ClusterProcess {
    const process = this.#options.launch(options);
    this.#living.add(process);
    return process;
  }

  async #end(process: ClusterProcess): Promise<void> {
    await process.stop();
    this.#living.delete(process);
  }

  /** Until the spare is taken or ends. */
  async #follow(spare: ClusterProcess): Promise<void> {
    const state = await Promise.race([spare.warm.then(() => 'warm' as const), spare.ended.then(() => 'dead' as const)]);
    if (state === 'warm' && this.#spares.has(spare)) {
      this.#spares.set(spare, state);
      this.fill();
    }
    await spare.ended;
    if (!this.#spares.delete(spare)) return;
    await this.#end(spare);
    // The successor of one that never got warm would not either: it waits for the next occasion, so that none is a loop.
    if (state === 'warm') this.fill();
  }
}
