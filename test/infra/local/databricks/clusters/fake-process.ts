import type { Compute, WorkCall, WorkEnd } from '../../../../../infra/local/databricks/clusters/compute.ts';
import type { ClusterProcess } from '../../../../../infra/local/databricks/clusters/warm-cluster.ts';

export const settle = () => new Promise(setImmediate);

/** A process that is up, ends and is swept away when the test says so. */
export class FakeProcess implements ClusterProcess {
  readonly #up = Promise.withResolvers<string | undefined>();
  readonly #end = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<void>();
  #answer = Promise.withResolvers<WorkEnd>();
  readonly failure = this.#up.promise;
  readonly #warm = Promise.withResolvers<void>();
  readonly warm = this.#warm.promise;
  readonly ended = this.#end.promise;
  sparkVersion: string | undefined;
  readonly calls: string[] = [];
  stops = 0;

  async comeUp(failure?: string) {
    if (failure === undefined) this.sparkVersion = '4.2.0';
    this.#up.resolve(failure);
    await settle();
  }

  async warmUp() {
    this.#warm.resolve();
    await settle();
  }

  async answer(end: WorkEnd) {
    this.#answer.resolve(end);
    this.#answer = Promise.withResolvers();
    await settle();
  }

  async die() {
    this.#end.resolve();
    await this.answer({ kind: 'lost', message: 'gone' });
  }

  async vanish() {
    this.#end.resolve();
    this.#gone.resolve();
    await settle();
  }

  execute({ work }: WorkCall) {
    this.calls.push('file' in work ? work.file : work.packageName);
    return this.#answer.promise;
  }

  stop() {
    this.stops++;
    return this.#gone.promise;
  }
}

/** Fake processes in the order of their launch. */
export function fakeLaunches() {
  const processes: FakeProcess[] = [];
  const launch = (): FakeProcess => {
    const process = new FakeProcess();
    processes.push(process);
    return process;
  };
  const process = (index: number): FakeProcess => {
    const found = processes[index];
    if (found === undefined) throw new Error(`process ${index} was not started`);
    return found;
  };
  return { processes, launch, process };
}

/** Runs a notebook; what is seen of it changes as it goes on. */
export function runOn(cluster: Pick<Compute, 'run'>, file: string, signal = new AbortController().signal) {
  const seen = { started: false, end: undefined as WorkEnd | undefined };
  const onStart = () => void (seen.started = true);
  void cluster.run(callOf(file), { signal, onStart }).then((end) => (seen.end = end));
  return seen;
}

/** A notebook with this file, for whichever cluster. */
function callOf(file: string): WorkCall {
  return {
    cluster: { kind: 'own' },
    work: { kind: 'notebook', file, parameters: {} },
    ...{ libraries: [], output: '/tmp', taskValues: {}, secrets: {} },
  };
}
