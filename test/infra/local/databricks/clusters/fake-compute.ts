import { basename } from 'node:path';
import type { Compute, WorkCall, WorkEnd } from '../../../../../infra/local/databricks/clusters/compute.ts';

/** Work that goes on until the test says how it ends. */
export interface FakeExecution {
  readonly call: WorkCall;
  readonly signal: AbortSignal;
  start(): void;
  /** Ends the work; the scheduler has taken note when this resolves. */
  end(end: WorkEnd): Promise<void>;
}

/** Clusters on which nothing happens by itself. */
export class FakeCompute implements Compute {
  readonly executions: FakeExecution[] = [];
  /** Runs whose shared clusters were given back. */
  readonly released: number[] = [];

  run(call: WorkCall, { signal, onStart }: Parameters<Compute['run']>[1]): Promise<WorkEnd> {
    const ended = Promise.withResolvers<WorkEnd>();
    const end = async (value: WorkEnd): Promise<void> => {
      ended.resolve(value);
      await new Promise(setImmediate);
    };
    this.executions.push({ call, signal, start: onStart, end });
    return ended.promise;
  }

  async release(runId: number): Promise<void> {
    this.released.push(runId);
  }

  hasCluster(clusterId: string): boolean {
    return clusterId === 'local';
  }

  /** The execution of the file with this name, without its extension. */
  find(name: string): FakeExecution {
    const found = this.executions.find(({ call: { work } }) => 'file' in work && basename(work.file, '.py') === name);
    if (found === undefined) throw new Error(`"${name}" was not started`);
    return found;
  }
}

export const exited = { kind: 'exited', result: 'done', truncated: false, taskValues: {} } as const;
export const raised = {
  kind: 'raised',
  error: 'ValueError: bad',
  errorTrace: 'Traceback\nValueError: bad',
  taskValues: {},
} as const;
