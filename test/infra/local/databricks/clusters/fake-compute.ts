import type { Compute, NotebookCall, NotebookEnd } from '../../../../../infra/local/databricks/clusters/compute.ts';

/** A notebook that runs until the test says how it ends. */
export interface FakeExecution {
  readonly call: NotebookCall;
  readonly signal: AbortSignal;
  start(): void;
  /** Ends the notebook; the scheduler has taken note when this resolves. */
  end(end: NotebookEnd): Promise<void>;
}

/** Clusters on which nothing happens by itself. */
export class FakeCompute implements Compute {
  readonly executions: FakeExecution[] = [];

  run(call: NotebookCall, { signal, onStart }: Parameters<Compute['run']>[1]): Promise<NotebookEnd> {
    const ended = Promise.withResolvers<NotebookEnd>();
    const end = async (value: NotebookEnd): Promise<void> => {
      ended.resolve(value);
      await new Promise(setImmediate);
    };
    this.executions.push({ call, signal, start: onStart, end });
    return ended.promise;
  }

  /** The execution of the notebook with this file name. */
  find(name: string): FakeExecution {
    const found = this.executions.find(({ call }) => call.notebook.endsWith(`/${name}.py`));
    if (found === undefined) throw new Error(`notebook "${name}" was not started`);
    return found;
  }
}

export const exited = { kind: 'exited', result: 'done', truncated: false } as const;
export const raised = {
  kind: 'raised',
  error: 'ValueError: bad',
  errorTrace: 'Traceback\nValueError: bad',
} as const;
