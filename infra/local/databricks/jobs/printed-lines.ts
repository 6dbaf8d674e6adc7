import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { PrintedLines } from './task-view.ts';

/** What the platform keeps of the logs of a task. */
const MAX_BYTES = 5 * 1024 * 1024;

/** The last 5 MB of what a task has printed; empty before it started. `output` is the task's own folder. */
export function readPrintedLines(output: string): PrintedLines {
  let file: number;
  try {
    file = openSync(join(output, 'stdout.log'), 'r');
  } catch {
    return { text: '', truncated: false };
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, MAX_BYTES));
    const length = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return { text: bytes.toString('utf8', 0, length), truncated: size > MAX_BYTES };
  } finally {
    closeSync(file);
  }
}
