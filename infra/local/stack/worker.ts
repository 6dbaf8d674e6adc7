import { join } from 'node:path';
import { attachProcess } from './attach-process.ts';
import type { Report } from './engine.ts';
import { identifySelf, isRunning } from './process-identity.ts';
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

/**
 * Starts a worker on the stack. One that was left up may run older code and would take half of the tasks, so it is
 * replaced; one that belongs to another command stays.
 */
export async function startWorker(stack: Stack, checkout: string, report: Report): Promise<RunningWorker> {
  const { stateDirectory, environment } = stack;
  const left = readRecord(stateDirectory).attached.filter(
    (one) => one.name === 'worker' && one.owner === null && isRunning(one),
  );
  await stopAttached(stateDirectory, left, report);
  const started = startProcess(
    {
      name: 'worker',
      command: process.execPath,
      args: [join(checkout, 'worker', 'main.ts')],
      env: environment,
      cwd: checkout,
      address: String(environment['TEMPORAL_ADDRESS']),
    },
    stateDirectory,
  );
  const worker: AttachedRecord = { ...started.record, name: 'worker', owner: identifySelf() };
  attachProcess(stateDirectory, worker);
  report(`worker: started (process ${worker.pid})`);
  return {
    process: started,
    replaces: left.length > 0,
    stop: () => stopAttached(stateDirectory, [worker], () => {}),
    leaveUp: () => attachProcess(stateDirectory, { ...worker, owner: null }),
  };
}
