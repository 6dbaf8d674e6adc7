import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Compute, NotebookCall, NotebookEnd } from './compute.ts';
import { Executor, type ExecutorOptions } from './executor.ts';
import { endProcesses, findByCommand } from './process-tree.ts';
import { ABORTED, untilAborted } from './until-aborted.ts';
import { WarmCluster } from './warm-cluster.ts';

type RunOptions = Parameters<Compute['run']>[1];

/** The warm cluster, and a process of its own for every task that asks for a new cluster or for none. */
export class Clusters implements Compute {
  readonly local: WarmCluster;
  readonly #options: Omit<ExecutorOptions, 'shortLived'>;
  readonly #alone = new Set<Executor>();

  /** Starts the warm cluster; `endLeftovers` comes first. */
  constructor(options: Omit<ExecutorOptions, 'shortLived'>) {
    this.#options = options;
    this.local = new WarmCluster(() => new Executor({ ...options, shortLived: false }));
  }

  run(call: NotebookCall, options: RunOptions): Promise<NotebookEnd> {
    return call.cluster === 'local' ? this.local.run(call, options) : this.#runAlone(call, options);
  }

  async stop(): Promise<void> {
    await Promise.all([this.local.stop(), ...[...this.#alone].map((executor) => executor.stop())]);
  }

  async #runAlone(call: NotebookCall, { signal, onStart }: RunOptions): Promise<NotebookEnd> {
    const executor = new Executor({ ...this.#options, shortLived: true });
    this.#alone.add(executor);
    try {
      const failure = await untilAborted(executor.failure, signal);
      if (failure !== undefined) return failure === ABORTED ? { kind: 'stopped' } : { kind: 'lost', message: failure };
      onStart();
      const end = await untilAborted(executor.execute(call), signal);
      return end === ABORTED ? { kind: 'stopped' } : end;
    } finally {
      await executor.stop();
      this.#alone.delete(executor);
    }
  }
}

/**
 * Ends what executors of a killed server left behind. They end by themselves when their input closes, but a new server
 * must not call a run over before that. They are known by their scratch folder, whose name no other process was given.
 */
export async function endLeftovers(state: string): Promise<void> {
  const folder = join(state, 'executors');
  mkdirSync(folder, { recursive: true });
  const marks = [`--scratch ${folder}${sep}`, `spark.local.dir=${folder}${sep}`];
  await endProcesses(() => marks.flatMap(findByCommand));
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}
