import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmdirSync, statfsSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PinflowError } from '../../../domain/errors.ts';

const MEGABYTE = 1024 * 1024;
const MOST_TRIES = 10;

/** Whether this process may mount disks, which takes Linux and root. */
export function canMountDisks(): boolean {
  return platform() === 'linux' && process.getuid?.() === 0;
}

/**
 * Mounts a disk in memory on a new folder.
 * @throws PinflowError PREREQUISITE_MISSING where this process may not
 */
export function mountSmallDisk(megabytes: number): SmallDisk {
  if (!canMountDisks()) throw new PinflowError('PREREQUISITE_MISSING', 'to mount a small disk takes Linux and root');
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-disk-')));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'pinflow-small-disk', path]);
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
  return new SmallDisk(path);
}

/** A disk that is full after some megabytes. What is on it is gone with it. */
export class SmallDisk {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Bytes that can still be written. */
  get free(): number {
    const { bfree, bsize } = statfsSync(this.path);
    return bfree * bsize;
  }

  /** Takes away what is free but for so many bytes, rounded up to whole pages. */
  shrinkToFit(free = 0): void {
    for (let tries = 1; ; tries++) {
      const { blocks, bfree, bsize } = statfsSync(this.path);
      try {
        // A size of 0 would mean no limit.
        this.#resize(Math.max((blocks - bfree) * bsize + free, bsize));
        return;
      } catch (error) {
        // More may have been written since we looked.
        if (tries === MOST_TRIES) throw error;
      }
    }
  }

  grow(megabytes: number): void {
    this.#resize(megabytes * MEGABYTE);
  }

  /** Whoever still has a file open there keeps it until it is closed. */
  unmount(): void {
    execFileSync('umount', ['--lazy', this.path]);
    rmdirSync(this.path);
  }

  #resize(bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.path], { stdio: 'pipe' });
  }
}
