import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { PinflowError } from '../../../domain/errors.ts';
import type { Engine } from './engine.ts';
import { logPath, openLog, quoteLastLines } from './log-file.ts';
import { identifyProcess } from './process-identity.ts';
import type { ProcessRecord } from './stack-record.ts';

/** What it takes to start a process. */
export type ProcessPlan = Pick<Engine, 'name' | 'command' | 'args' | 'env' | 'cwd' | 'address'>;

/** A process that this command has started. */
export interface StartedProcess {
  readonly name: string;
  readonly record: ProcessRecord;
  /** Resolves when the process has ended, with a sentence that says how. */
  readonly ended: Promise<string>;
  /** Last lines of its log since it was started. */
  readonly quoteLog: () => string;
}

/** Starts the process as leader of a group of its own, with both outputs appended to its log. */
export function startProcess(engine: ProcessPlan, stateDirectory: string): StartedProcess {
  const { name, command, args, cwd, env, address } = engine;
  const log = logPath(stateDirectory, name);
  const { descriptor, start } = openLog(log);
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', descriptor, descriptor] });
  closeSync(descriptor);
  // A stack that is left up must not keep the command alive.
  child.unref();
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
    );
  });
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (identity === undefined)
    throw new PinflowError('ENGINE_NOT_READY', `${name} could not be started: "${command}" is no program`);
  const record = { ...identity, startedAt: Date.now(), address, log };
  return { name, record, ended, quoteLog: () => quoteLastLines(log, start) };
}

export function describeEnd({ name, record, quoteLog }: StartedProcess, how: string): string {
  return `${name} ${how}; its log "${record.log}" ends with:\n${quoteLog()}`;
}
