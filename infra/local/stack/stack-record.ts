import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PinflowError } from '../../../domain/errors.ts';
import type { PortName } from './ports.ts';
import type { EngineName } from './engine.ts';
import { identifySelf, isRunning, type ProcessIdentity } from './process-identity.ts';
import { writeAtomically } from './write-atomically.ts';

/** One process that the supervisor started. It leads a process group of its own. */
export interface ProcessRecord extends ProcessIdentity {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly address: string;
  readonly log: string;
}

export interface EngineRecord extends ProcessRecord {
  readonly name: EngineName;
}

/** A process that uses the engines. */
export interface AttachedRecord extends ProcessRecord {
  readonly name: 'worker' | 'client';
  /** The command that it works for; null when it was left up. */
  readonly owner: ProcessIdentity | null;
}

/** What is known about the stack of one state folder, kept in `processes.json`. */
export interface StackRecord {
  /** The command that holds the engines; null when they were left up or do not run. */
  readonly owner: ProcessIdentity | null;
  /** Ports of the last start; they outlive the engines so that addresses stay the same. */
  readonly ports: Readonly<Partial<Record<PortName, number>>>;
  readonly engines: readonly EngineRecord[];
  readonly attached: readonly AttachedRecord[];
}

const EMPTY: StackRecord = { owner: null, ports: {}, engines: [], attached: [] };

/** The record as it stands. An absent or unreadable one is an empty one. */
export function readRecord(stateDirectory: string): StackRecord {
  try {
    return { ...EMPTY, ...(JSON.parse(readFileSync(recordPath(stateDirectory), 'utf8')) as Partial<StackRecord>) };
  } catch {
    return EMPTY;
  }
}

/** Changes the record; no other command changes it meanwhile, and a kill at any moment leaves the old one or the new. */
export function updateRecord(stateDirectory: string, change: (record: StackRecord) => StackRecord): StackRecord {
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  const unlock = lockRecord(`${recordPath(stateDirectory)}.lock`);
  try {
    const changed = change(readRecord(stateDirectory));
    writeAtomically(recordPath(stateDirectory), `${JSON.stringify(changed, null, 2)}\n`);
    return changed;
  } finally {
    unlock();
  }
}

function recordPath(stateDirectory: string): string {
  return join(stateDirectory, 'processes.json');
}

const LOCK_LIMIT_MS = 5_000;

/** Takes the lock file, which names its holder; a lock whose holder has died is taken over. */
function lockRecord(path: string): () => void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(identifySelf()));
  try {
    for (const deadline = Date.now() + LOCK_LIMIT_MS; ; pause(20)) {
      try {
        linkSync(draft, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = readHolder(path);
      if (holder !== undefined && !isRunning(holder)) rmSync(path, { force: true });
      else if (Date.now() > deadline) {
        throw new PinflowError('STACK_IN_USE', `process ${holder?.pid ?? 'unknown'} has held "${path}" for 5 s`);
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** The record is changed between two lines of synchronous code, so waiting for it is synchronous too. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
