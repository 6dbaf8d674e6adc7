import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import type { Compute, WorkCall, WorkEnd, WorkOptions } from './compute.ts';
import { Executor, type ExecutorOptions } from './executor.ts';
import { LOCAL_CLUSTER_ID, nameCluster } from './name-cluster.ts';
import { endProcesses, findByCommand } from './process-tree.ts';
import { SparePool } from './spare-pool.ts';
import { TaskCluster } from './task-cluster.ts';
import { type ClusterView, WarmCluster } from './warm-cluster.ts';

type ClusterOptions = Omit<ExecutorOptions, 'shortLived' | 'warmUp'> & {
  /** How many processes wait for tasks that want one of their own. */
  readonly spares: number;
};

/** The warm cluster `local`, and processes from the pool for what asks for a new cluster, a job cluster or none. */
export class Clusters implements Compute {
  readonly local: WarmCluster;
  readonly #pool: SparePool;
  /** Clusters of runs, by run and by id. */
  readonly #shared = new Map<number, Map<string, TaskCluster>>();
  /** Clusters of single tasks, by id. */
  readonly #own = new Map<string, TaskCluster>();

  /** Starts the warm cluster, then the spares; `endLeftovers` comes first. */
  constructor({ spares, ...options }: ClusterOptions) {
    const launch = () => new Executor({ ...options, shortLived: false, warmUp: true });
    const local = launch();
    this.local = new WarmCluster(launch, local);
    this.#pool = new SparePool({
      size: spares,
      // C1 is the cheaper one until about the third run (README.md, "What was tuned"), and a process of the pool works for
      // one task, or for the few of one run; a spare's warm-up takes 8 s of CPU with it instead of 20.
      launch: ({ warmUp }) => new Executor({ ...options, shortLived: true, warmUp }),
    });
    // Two JVMs that warm up at the same time are both late.
    void Promise.race([local.warm, local.ended]).then(() => this.#pool.fill());
  }

  run(call: WorkCall, options: WorkOptions): Promise<WorkEnd> {
    const { cluster } = call;
    if (cluster.kind === 'existing') return this.local.run(call, options);
    // The folder of a task's output is named after the task run.
    const id = nameCluster(cluster, basename(call.output));
    if (cluster.kind === 'own') return this.#runAlone(id, call, options);
    const ofRun = this.#shared.get(cluster.runId) ?? new Map<string, TaskCluster>();
    this.#shared.set(cluster.runId, ofRun);
    const shared = ofRun.get(id) ?? new TaskCluster(this.#pool);
    ofRun.set(id, shared);
    return shared.run(call, options);
  }

  async release(runId: number): Promise<void> {
    const ofRun = this.#shared.get(runId);
    this.#shared.delete(runId);
    await Promise.all([...(ofRun?.values() ?? [])].map((cluster) => cluster.stop()));
  }

  hasCluster(clusterId: string): boolean {
    return clusterId === LOCAL_CLUSTER_ID;
  }

  /** Clusters that live for a task or a run, by the id that `nameCluster` gives them. */
  listOfRuns(): readonly { readonly id: string; readonly view: ClusterView }[] {
    const shared = [...this.#shared.values()].flatMap((ofRun) => [...ofRun]);
    return [...shared, ...this.#own].map(([id, { view }]) => ({ id, view }));
  }

  async stop(): Promise<void> {
    await Promise.all([this.local.stop(), this.#pool.stop()]);
  }

  async #runAlone(id: string, call: WorkCall, options: WorkOptions): Promise<WorkEnd> {
    const own = new TaskCluster(this.#pool);
    this.#own.set(id, own);
    try {
      return await own.run(call, options);
    } finally {
      await own.stop();
      this.#own.delete(id);
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
