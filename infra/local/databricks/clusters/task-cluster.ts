import type { WorkCall, WorkEnd, WorkOptions } from './compute.ts';
import { isFromWork, runOnProcess } from './run-on-process.ts';
import { Turns } from './turns.ts';
import type { ClusterProcess, ClusterView } from './warm-cluster.ts';

/** Where processes for single tasks and runs come from and go to. */
export interface ProcessSource {
  /** Undefined when there will be no more. */
  take(): ClusterProcess | undefined;
  /** Ends a process that was taken; resolves when nothing of it is left. */
  giveBack(process: ClusterProcess): Promise<void>;
}

/** A cluster that lives for one task, or for one run. It has a process from its first work on. */
export class TaskCluster {
  readonly #source: ProcessSource;
  readonly #turns = new Turns();
  readonly #startTime = Date.now();
  #process: ClusterProcess | undefined;

  constructor(source: ProcessSource) {
    this.#source = source;
  }

  get view(): ClusterView {
    const [process, startTime] = [this.#process, this.#startTime];
    const sparkVersion = process?.sparkVersion;
    if (process === undefined) return { state: 'TERMINATING', message: 'Spark is ending.', sparkVersion, startTime };
    if (sparkVersion === undefined) return { state: 'PENDING', message: 'Spark is starting.', sparkVersion, startTime };
    return { state: 'RUNNING', message: '', sparkVersion, startTime };
  }

  run(call: WorkCall, options: WorkOptions): Promise<WorkEnd> {
    return this.#turns.run(options.signal, async () => {
      const process = (this.#process ??= this.#source.take());
      if (process === undefined) return { kind: 'lost', message: 'The server is stopping.' };
      const end = await runOnProcess(process, call, options);
      // The next work of the run gets another process.
      if (!isFromWork(end)) await this.stop();
      return end;
    });
  }

  async stop(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process !== undefined) await this.#source.giveBack(process);
  }
}
