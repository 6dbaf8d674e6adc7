import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Size from which a log is set aside at the next start; the one before that is dropped. */
const LARGE_LOG = 16 * 1024 * 1024;

export function logPath(stateDirectory: string, name: string): string {
  return join(stateDirectory, 'logs', `${name}.log`);
}

/** Opens a log for appending. `start` is where the new process's part begins. */
export function openLog(path: string): { readonly descriptor: number; readonly start: number } {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && statSync(path).size > LARGE_LOG) renameSync(path, `${path}.old`);
  const descriptor = openSync(path, 'a', 0o600);
  return { descriptor, start: statSync(path).size };
}

/** The last lines written after `start`, indented for quoting below a message. */
export function quoteLastLines(path: string, start: number): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const from = Math.max(start, size - 8192);
  if (size <= from) return '    (the log is empty)';
  const tail = Buffer.alloc(size - from);
  const descriptor = openSync(path, 'r');
  readSync(descriptor, tail, 0, tail.length, from);
  closeSync(descriptor);
  const lines = tail.toString('utf8').trimEnd().split('\n').slice(-12);
  return lines.map((line) => `    ${line}`).join('\n');
}
