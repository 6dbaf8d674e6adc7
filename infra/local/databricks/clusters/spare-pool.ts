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
 * not before: a JVM that starts takes the two cores away from the work it was taken for. One that dies while it waits is
 * replaced at the same occasion, so that a Spark which cannot start is not started in a loop.
 */
export class SparePool implements ProcessSource {
  readonly #options: SparePoolOptions;
  readonly #taken = new Set<ClusterProcess>();
  #spares: ClusterProcess[] = [];
  #stopped = false;

  constructor(options: SparePoolOptions) {
    this.#options = options;
  }

  /** Starts what is missing. */
  fill(): void {
    while (!this.#stopped && this.#spares.length < this.#options.size) {
      const spare = this.#options.launch({ warmUp: true });
      this.#spares.push(spare);
      void spare.ended.then(() => {
        this.#spares = this.#spares.filter((other) => other !== spare);
      });
    }
  }

  take(): ClusterProcess {
    // The oldest is the one that is nearest to being warm.
    const process = this.#spares.shift() ?? this.#options.launch({ warmUp: false });
    this.#taken.add(process);
    return process;
  }

  async giveBack(process: ClusterProcess): Promise<void> {
    await process.stop();
    this.#taken.delete(process);
    this.fill();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#spares, ...this.#taken].map((process) => process.stop()));
  }
}
