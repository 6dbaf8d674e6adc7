import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { WorkFolders } from './setup-work.ts';

/** `<host>-<pid>-<random>` behind the name of the folder that an attempt is for. */
const ATTEMPT = /\.attempt-(?<host>.+)-(?<pid>\d+)-[0-9a-f]{8}$/;
/** No installation takes a day, so an older attempt of another machine that shares the cache is dead too. */
const DEAD_AFTER_MS = 24 * 60 * 60 * 1_000;

/**
 * Name of an installation's folder. `contents` is everything that decides what is in it: the lock file's text, and the
 * platform or interpreter where that matters. Another content is another folder, so checkouts never disturb each other.
 */
export function nameFolder(tool: string, version: string, contents: readonly string[]): string {
  const hash = createHash('sha256').update(contents.join('\0')).digest('hex');
  return `${tool}-${version}-${hash.slice(0, 12)}`;
}

/**
 * Fills a folder beside `folder` and renames it at the end, so that `folder` exists only when it is whole. When two do
 * this at once the first to finish wins and the other's work is dropped; both find the same content.
 */
export async function installFolder(folder: string, fill: (folders: WorkFolders) => Promise<void>): Promise<void> {
  const attempt = `${folder}.attempt-${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const folders: WorkFolders = { target: join(attempt, 'target'), scratch: join(attempt, 'scratch') };
  try {
    await mkdir(folders.target, { recursive: true });
    await mkdir(folders.scratch);
    await fill(folders);
    await rename(folders.target, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await removeFolder(attempt);
  }
}

/** Removes what attempts left behind whose process was killed. */
export async function removeDeadAttempts(cache: string): Promise<void> {
  const entries = await readdir(cache);
  const dead = await Promise.all(entries.map((entry) => isDeadAttempt(join(cache, entry))));
  await Promise.all(entries.filter((_, index) => dead[index]).map((entry) => removeFolder(join(cache, entry))));
}

async function isDeadAttempt(path: string): Promise<boolean> {
  const owner = ATTEMPT.exec(path)?.groups;
  if (owner === undefined) return false;
  const started = await stat(path).catch(() => undefined);
  if (started === undefined) return false;
  if (Date.now() - started.mtimeMs > DEAD_AFTER_MS) return true;
  return owner['host'] === hostname() && !isAlive(Number(owner['pid']));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Retries because a killed installer's last child may still be writing for a moment. */
async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 200 });
}
