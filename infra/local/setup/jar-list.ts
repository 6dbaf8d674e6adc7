import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PinflowError } from '../../../domain/errors.ts';
import type { LockFile } from './lock-file.ts';

/** One jar of a `.sha256` file, which names jars by their path in a Maven repository. */
export interface Jar {
  readonly organisation: string;
  readonly module: string;
  readonly version: string;
  /** Name of the file. */
  readonly file: string;
  readonly sha256: string;
}

const LINE =
  /^(?<sha256>[0-9a-f]{64}) {2}(?<organisation>\S+)\/(?<module>[^/\s]+)\/(?<version>[^/\s]+)\/(?<file>[^/\s]+)$/;

export function parseJarList({ name, text }: LockFile): Jar[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const { sha256 = '', organisation = '', module = '', version = '', file = '' } = LINE.exec(line)?.groups ?? {};
    // The file name follows from the rest, so a line that disagrees would fetch something else than it names.
    if (file !== `${module}-${version}.jar`)
      throw new PinflowError('SETUP_FAILED', `"${name}" has a bad line: "${line}"`);
    return { organisation: organisation.replaceAll('/', '.'), module, version, file, sha256 };
  });
}

/**
 * Checks that a folder holds exactly the jars of the list with exactly their contents.
 * @throws PinflowError SETUP_FAILED naming every jar that is missing, unknown or different
 */
export async function checkJars(folder: string, jars: readonly Jar[], list: string): Promise<void> {
  const present = await readdir(folder);
  const unknown = present.filter((name) => !jars.some(({ file }) => file === name));
  const problems = await Promise.all(jars.map((jar) => checkJar(folder, present, jar)));
  const all = [...problems.flat(), ...unknown.map((name) => `"${name}" is not in the list`)];
  if (all.length === 0) return;
  throw new PinflowError('SETUP_FAILED', `jars differ from "${basename(list)}": ${all.join('; ')}`);
}

async function checkJar(folder: string, present: readonly string[], { file, sha256 }: Jar): Promise<string[]> {
  if (!present.includes(file)) return [`"${file}" is missing`];
  const found = createHash('sha256')
    .update(await readFile(join(folder, file)))
    .digest('hex');
  return found === sha256 ? [] : [`"${file}" has SHA-256 "${found}", expected "${sha256}"`];
}
