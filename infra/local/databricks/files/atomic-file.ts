import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A name that no file of a user has, beside the file that it becomes. */
export function partOf(file: string): string {
  return join(dirname(file), `.part-${randomUUID()}`);
}

export function isPart(name: string): boolean {
  return name.startsWith('.part-');
}

/** The file appears complete or not at all; folders above it are made. */
export function writeWhole(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  const part = partOf(file);
  try {
    writeFileSync(part, content);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
