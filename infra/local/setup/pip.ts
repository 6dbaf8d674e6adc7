import type { LockFile } from './lock-file.ts';
import type { InstallerRun } from './run-installer.ts';

export interface PipInstall {
  readonly what: string;
  readonly python: string;
  readonly lock: LockFile;
  /** Folder for what pip needs while it works. */
  readonly scratch: string;
  readonly args: readonly string[];
}

/**
 * A pip run that installs exactly what a lock file names, every file checked against the lock's hashes. Nothing stays
 * behind in pip's own cache. The user's pip configuration holds (a mirror, a proxy) except where it would lead elsewhere.
 */
export function planPipInstall({ what, python, lock, scratch, args }: PipInstall): InstallerRun {
  return {
    what,
    program: python,
    args: [
      ...['-I', '-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--no-compile', '--no-deps', '--require-hashes'],
      ...args,
      ...['--requirement', lock.path],
    ],
    env: {
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_NO_INPUT: '1',
      PIP_REQUIRE_VIRTUALENV: '0',
      PIP_ROOT_USER_ACTION: 'ignore',
      PIP_USER: '0',
      // Packages found there would count as installed and be missing later.
      PYTHONHOME: undefined,
      PYTHONPATH: undefined,
      TMPDIR: scratch,
    },
  };
}
