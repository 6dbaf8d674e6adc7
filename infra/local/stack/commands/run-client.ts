import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { PinflowError } from '../../../../domain/errors.ts';
import { attachProcess, detachProcess } from '../attach-process.ts';
import { identifyProcess, identifySelf } from '../process-identity.ts';
import { describeEnd, type StartedProcess } from '../start-process.ts';
import type { Stack } from '../start-stack.ts';

export interface ClientRun {
  readonly stack: Stack;
  readonly checkout: string;
  readonly args: readonly string[];
  /** Processes the client cannot do without. */
  readonly needs: readonly StartedProcess[];
  readonly signal: AbortSignal;
}

/** Time for the client to put the terminal in order. */
const GRACE_MS = 2_000;

/**
 * Runs the client on this terminal and returns its exit code. It is on record like a worker, because a client whose
 * command was killed would wait for its run for ever.
 * @throws PinflowError PROCESS_ENDED as soon as a process that it needs ends; the signal's reason after an abort
 */
export async function runClient({ stack, checkout, args, needs, signal }: ClientRun): Promise<number> {
  signal.throwIfAborted();
  const { stateDirectory, environment } = stack;
  const main = join(checkout, 'client', 'main.ts');
  // In a group of its own, as all that is on record; a Ctrl-C therefore reaches it only through this process.
  const client = spawn(process.execPath, [main, ...args], {
    cwd: checkout,
    env: environment,
    detached: true,
    stdio: 'inherit',
  });
  const ended = new Promise<number>((resolve, reject) => {
    client.once('error', reject);
    client.once('exit', (code, name) => resolve(code ?? 128 + (name === null ? 0 : constants.signals[name])));
  });
  const identity = identifyProcess(Number(client.pid)) ?? { pid: Number(client.pid), startTime: '' };
  const facts = { name: 'client', startedAt: Date.now(), address: '', log: '', owner: identifySelf() } as const;
  attachProcess(stateDirectory, { ...identity, ...facts });

  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const lost = needs.map((started) => started.ended.then((how) => ({ started, how })));
  const first = await Promise.race([ended, aborted, ...lost]);
  if (typeof first !== 'number') {
    client.kill('SIGINT');
    const killing = setTimeout(() => client.kill('SIGKILL'), GRACE_MS);
    await ended;
    clearTimeout(killing);
  }
  detachProcess(stateDirectory, identity);
  if (typeof first === 'number') return first;
  signal.throwIfAborted();
  throw new PinflowError('PROCESS_ENDED', first === undefined ? 'interrupted' : describeEnd(first.started, first.how));
}
