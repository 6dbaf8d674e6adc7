import { join } from 'node:path';
import { attachProcess } from './attach-process.ts';
import { chooseFreePort } from './choose-ports.ts';
import type { Report } from './engine.ts';
import { identifySelf, isRunning } from './process-identity.ts';
import { awaitReady, expectStatus } from './readiness.ts';
import { type AttachedRecord, readRecord } from './stack-record.ts';
import { type StartedProcess, startProcess } from './start-process.ts';
import type { Stack } from './start-stack.ts';
import { stopAttached } from './stop-recorded.ts';

export interface RunningWorker {
  readonly process: StartedProcess;
  /** Whether it took the place of a worker that had been left up. */
  readonly replaces: boolean;
  /** Stops it without a word. */
  readonly stop: () => Promise<void>;
  readonly leaveUp: () => void;
}

/** What a user has set for workers elsewhere: versions, which nobody makes current here, and some of the queues. */
const ALONE = {
  PINFLOW_WORKER_QUEUES: '',
  PINFLOW_WORKER_DEPLOYMENT: '',
  PINFLOW_WORKER_BUILD: '',
  PINFLOW_WORKER_HEALTH_HOST: '',
};

export interface WorkerStart {
  readonly checkout: string;
  readonly signal: AbortSignal;
  readonly report: Report;
}

/**
 * Starts a worker on the stack and waits until it is ready. One that was left up may run older code and would take half
 * of the tasks, so it is replaced; one that belongs to another command stays.
 * @throws PinflowError ENGINE_NOT_READY, or the reason of the signal; the worker is then gone
 */
export async function startWorker(stack: Stack, { checkout, signal, report }: WorkerStart): Promise<RunningWorker> {
  const { stateDirectory, environment } = stack;
  const left = readRecord(stateDirectory).attached.filter(
    (one) => one.name === 'worker' && one.owner === null && isRunning(one),
  );
  await stopAttached(stateDirectory, left, report);
  const began = Date.now();
  // Of its own, and not one of the stack's: another command may have a worker up.
  const port = await chooseFreePort();
  const started = startProcess(
    {
      name: 'worker',
      command: process.execPath,
      args: [join(checkout, 'worker', 'main.ts')],
      env: { ...environment, ...ALONE, PINFLOW_WORKER_HEALTH_PORT: String(port) },
      cwd: checkout,
      address: String(environment['TEMPORAL_ADDRESS']),
    },
    stateDirectory,
  );
  const worker: AttachedRecord = { ...started.record, name: 'worker', owner: identifySelf() };
  attachProcess(stateDirectory, worker);
  const stop = () => stopAttached(stateDirectory, [worker], () => {});
  const ready = () => expectStatus(`http://127.0.0.1:${port}/readyz`, [200]).then((answer) => answer.body?.cancel());
  try {
    await awaitReady({ ready }, started, { signal });
  } catch (error) {
    await stop();
    throw error;
  }
  report(`worker: ready after ${((Date.now() - began) / 1_000).toFixed(1)} s (process ${worker.pid})`);
  return {
    process: started,
    replaces: left.length > 0,
    stop,
    leaveUp: () => attachProcess(stateDirectory, { ...worker, owner: null }),
  };
}
