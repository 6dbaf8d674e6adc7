import { join } from 'node:path';
import { PinflowError } from '../../../domain/errors.ts';
import { chooseGo } from './go-compiler.ts';
import { nameFolder } from './install-folder.ts';
import { type LockFile, readLockFile } from './lock-file.ts';
import { runInstaller } from './run-installer.ts';
import type { Installation, SetupPlan } from './setup-work.ts';

const LOCK = 'infra/local/setup/versitygw.lock';

/** The S3 server, compiled here: its makers publish no package. Takes 2 to 4 CPU minutes. */
export async function planVersitygw({ cache, checkout, machine }: SetupPlan): Promise<Installation> {
  const lock = await readLockFile(checkout, LOCK);
  const module = readModule(lock);
  const contents = [lock.text, process.platform, process.arch];
  return {
    task: 'versitygw',
    folder: join(cache, nameFolder('versitygw', module.version, contents)),
    install: async ({ target, scratch }, work) => {
      const go = await chooseGo({ checkout, machine, scratch }, work);
      work.note(`compiling with ${go.origin}`);
      await runInstaller(
        {
          what: 'versitygw',
          program: go.program,
          // Go marks the modules that it unpacks read-only, so that they could not be removed; -modcacherw does not.
          args: ['install', '-modcacherw', '-trimpath', '-ldflags=-s -w', `${module.path}@v${module.version}`],
          // Away from the checkout, where a go.mod or a workspace of the user's could have a say.
          cwd: scratch,
          env: {
            CGO_ENABLED: '0',
            GOBIN: target,
            GOCACHE: join(scratch, 'build'),
            GOPATH: join(scratch, 'path'),
            GOMODCACHE: undefined,
            GOTMPDIR: undefined,
            TMPDIR: scratch,
            // Never another Go from the network than the one chosen.
            GOTOOLCHAIN: 'local',
            GOWORK: 'off',
          },
        },
        work,
      );
      await runInstaller({ what: 'versitygw', program: versitygwOf(target), args: ['--version'] }, work);
    },
  };
}

export function versitygwOf(folder: string): string {
  return join(folder, 'versitygw');
}

function readModule({ name, text }: LockFile): { readonly path: string; readonly version: string } {
  const line = text.split('\n').find((candidate) => candidate !== '' && !candidate.startsWith('#')) ?? '';
  const { path, version } = /^(?<path>\S+)@v(?<version>\S+)$/.exec(line)?.groups ?? {};
  if (path && version) return { path, version };
  throw new PinflowError('SETUP_FAILED', `the lock file "${name}" does not name a Go module and its version`);
}
