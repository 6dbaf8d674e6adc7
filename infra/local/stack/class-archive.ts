import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where the archive of a JVM's loaded classes is kept: one for each Java and set of jars, shared by all state folders.
 * Java ignores an archive that is partial or does not fit, so at worst a start is slow.
 */
export function classArchivePath(cacheDirectory: string, name: string, installed: readonly string[]): string {
  const identity = installed.map((path) => `${path} ${realpathSync(path)} ${statSync(path).mtimeMs}`).join('\n');
  const folder = join(cacheDirectory, 'class-archives');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}-${createHash('sha256').update(identity).digest('hex').slice(0, 16)}.jsa`);
}
