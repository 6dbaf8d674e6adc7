import type { WorkCall, WorkEnd, WorkOptions } from './compute.ts';
import type { Executor } from './executor.ts';
import { isFromWork, runOnProcess } from './run-on-process.ts';
import { Turns } from './turns.ts';
import { ABORTED, untilAborted } from './until-aborted.ts';

export type ClusterState = 'PENDING' | 'RUNNING' | 'RESTARTING' | 'TERMINATING' | 'ERROR';

export interface ClusterView {
  readonly state: ClusterState;
  readonly message: string;
  /** Undefined until Spark has been up once. */
  readonly sparkVersion: string | undefined;
  readonly startTime: number;
}

/** What a cluster needs of the process it runs on. */
export type ClusterProcess = Pick<Executor, 'failure' | 'warm' | 'ended' | 'sparkVersion' | 'execute' | 'stop'>;

/** One process, kept and reused so that compiled code stays warm. Its work queues; one that ended is replaced. */
export class WarmCluster {
  readonly #launch: () => ClusterProcess;
  /** The process in use; resolves once nothing of its predecessor is left. */
  #current: Promise<ClusterProcess>;
  /** The same, undefined while one is being replaced. */
  #live: ClusterProcess | undefined;
  readonly #turns = new Turns();
  #view: ClusterView;
  #stopped = false;

  constructor(launch: () => ClusterProcess, first = launch()) {
    this.#launch = launch;
    this.#view = { state: 'PENDING', message: 'Spark is starting.', sparkVersion: undefined, startTime: Date.now() };
    this.#current = Promise.resolve(this.#use(first));
  }

  get view(): ClusterView {
    return this.#view;
  }

  run(call: WorkCall, { signal, onStart }: WorkOptions): Promise<WorkEnd> {
    return this.#turns.run(signal, async () => {
      if (this.#view.state === 'ERROR') this.restart();
      const executor = await untilAborted(this.#current, signal);
      if (executor === ABORTED) return { kind: 'stopped' };
      let hasBegun = false;
      const begin = (): void => {
        hasBegun = true;
        onStart();
      };
      const end = await runOnProcess(executor, call, { signal, onStart: begin });
      // A process that is still starting goes on with that for the next work.
      if (hasBegun && !isFromWork(end)) {
        this.#replace(executor);
        await executor.stop();
      }
      return end;
    });
  }

  /** Ends the process, under whatever runs on it, and starts a new one. */
  restart(): void {
    if (this.#live !== undefined) this.#replace(this.#live);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await (await this.#current).stop();
  }

  #replace(executor: ClusterProcess): void {
    if (this.#stopped || this.#live !== executor) return;
    this.#live = undefined;
    this.#view = { ...this.#view, state: 'RESTARTING', message: 'Spark is starting again.' };
    this.#current = executor.stop().then(() => (this.#stopped ? executor : this.#use(this.#launch())));
  }

  #use(executor: ClusterProcess): ClusterProcess {
    this.#live = executor;
    void this.#follow(executor);
    return executor;
  }

  /**
   * Keeps the view in step with the process. One that did not get warm is replaced only when the next notebook comes:
   * a successor that is started at once would end the same way, again and again.
   */
  async #follow(executor: ClusterProcess): Promise<void> {
    const failure = (await executor.failure) ?? (await awaitWarm(executor));
    if (this.#live !== executor) return;
    if (failure !== undefined) {
      this.#view = { ...this.#view, state: 'ERROR', message: failure };
      return;
    }
    this.#view = {
      state: 'RUNNING',
      message: '',
      sparkVersion: executor.sparkVersion,
      startTime: this.#view.startTime,
    };
    await executor.ended;
    this.#replace(executor);
  }
}

/** What went wrong in the warm-up, if something did. */
function awaitWarm({ warm, ended }: ClusterProcess): Promise<string | undefined> {
  return Promise.race([warm.then(() => undefined), ended.then(() => 'Spark ended while it warmed up.')]);
}
