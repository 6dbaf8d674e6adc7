import { readProcess } from './process-table.ts';

/** A pid alone is given out again; together with the start time it names one process for good. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** Identity of a process that exists, or undefined. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const facts = readProcess(pid);
  return facts && { pid, startTime: facts.startTime };
}

/** The command that is running this code. */
export function identifySelf(): ProcessIdentity {
  return identifyProcess(process.pid) ?? { pid: process.pid, startTime: '' };
}

/** Whether the very same process still runs. */
export function isRunning({ pid, startTime }: ProcessIdentity): boolean {
  const facts = readProcess(pid);
  return facts !== undefined && facts.startTime === startTime && !facts.zombie;
}

export function isSameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.startTime === b.startTime;
}
