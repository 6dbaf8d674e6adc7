import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PinflowError } from '../../../domain/errors.ts';

/** A lock file of the checkout, as it is. */
export interface LockFile {
  /** Path from the root of the project. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

export async function readLockFile(checkout: string, name: string): Promise<LockFile> {
  const path = join(checkout, name);
  try {
    return { name, path, text: await readFile(path, 'utf8') };
  } catch (cause) {
    throw new PinflowError('SETUP_FAILED', `the lock file "${name}" cannot be read in "${checkout}"`, { cause });
  }
}

/** Version of a package that a requirements lock pins: `name==version`. */
export function readPinnedVersion({ name, text }: LockFile, tool: string): string {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${tool}==`));
  const version = line?.slice(tool.length + 2).split(/[\s;\\]/)[0];
  if (version) return version;
  throw new PinflowError('SETUP_FAILED', `the lock file "${name}" does not pin "${tool}"`);
}
