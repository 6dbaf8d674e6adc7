import type { Compute, WorkCall, WorkEnd } from './compute.ts';
import { Turns } from './turns.ts';
import { ABORTED, untilAborted } from './until-aborted.ts';
import type { ClusterProcess } from './warm-cluster.ts';

/** Where processes for single tasks and runs come from and go to. */
export interface ProcessSource {
  take(): ClusterProcess;
  /** Ends a process that was taken; resolves when nothing of it is left. */
  giveBack(process: ClusterProcess): Promise<void>;
}

/** A cluster that lives for one task, or for one run. It has a process from its first work on. */
export class TaskCluster {
  readonly #source: ProcessSource;
  readonly #turns = new Turns();
  #process: ClusterProcess | undefined;

  constructor(source: ProcessSource) {
    this.#source = source;
  }

  async run(call: WorkCall, { signal, onStart }: Parameters<Compute['run']>[1]): Promise<WorkEnd> {
    const endTurn = await this.#turns.take(signal);
    if (endTurn === ABORTED) return { kind: 'stopped' };
    try {
      const process = (this.#process ??= this.#source.take());
      const failure = await untilAborted(process.failure, signal);
      if (failure === undefined) onStart();
      const end =
        failure === undefined
          ? await untilAborted(process.execute(call), signal)
          : failure === ABORTED
            ? ABORTED
            : ({ kind: 'lost', message: failure } as const);
      if (end !== ABORTED && end.kind !== 'lost') return end;
      // The next work of the run gets another process: in this one nobody knows what goes on.
      await this.stop();
      return end === ABORTED ? { kind: 'stopped' } : end;
    } finally {
      endTurn();
    }
  }

  async stop(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process !== undefined) await this.#source.giveBack(process);
  }
}
