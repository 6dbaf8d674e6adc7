import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nameFolder } from './install-folder.ts';
import { readLockFile } from './lock-file.ts';
import { planPipInstall } from './pip.ts';
import { runInstaller } from './run-installer.ts';
import type { Installation, SetupPlan, Work } from './setup-work.ts';

const NOTEBOOKS_LOCK = 'notebooks/requirements.lock';
const BUILD_LOCK = 'infra/local/setup/build-requirements.lock';
/** Entry points are a few hundred characters; whatever is larger is a program. */
const SCRIPT_LIMIT = 65_536;

/** A virtual environment with PySpark and everything else that notebooks and their tests import. */
export async function planPythonEnvironment({ cache, checkout, machine }: SetupPlan): Promise<Installation> {
  const { python, pythonVersion } = machine;
  const [notebooks, build] = await Promise.all([
    readLockFile(checkout, NOTEBOOKS_LOCK),
    readLockFile(checkout, BUILD_LOCK),
  ]);
  const contents = [notebooks.text, build.text, process.platform, process.arch, pythonVersion];
  const folder = join(cache, nameFolder('python', pythonVersion, contents));
  return {
    task: 'python',
    folder,
    install: async ({ target, scratch }, work) => {
      const what = 'Python packages';
      const venv = await createEnvironment({ what, python, target }, work);
      await runInstaller(planPipInstall({ what, python: venv, lock: build, scratch, args: [] }), work);
      work.note('downloading and unpacking, 0.5 GB');
      const packages = planPipInstall({ what, python: venv, lock: notebooks, scratch, args: ['--no-build-isolation'] });
      await runInstaller({ ...packages, env: { ...packages.env, ...UNCOMPRESSED_WHEEL } }, work);
      await relocateScripts(target, folder);
    },
  };
}

interface NewEnvironment {
  readonly what: string;
  /** The machine's interpreter. */
  readonly python: string;
  readonly target: string;
}

/** Gives the interpreter of the new environment. */
export async function createEnvironment({ what, python, target }: NewEnvironment, work: Work): Promise<string> {
  work.note('creating the environment');
  await runInstaller({ what, program: python, args: ['-I', '-m', 'venv', target] }, work);
  return pythonOf(target);
}

/**
 * PySpark comes as source only. pip would build it in an environment that it fills with the newest setuptools, whatever
 * the lock says; --no-build-isolation and a lock of its own pin that too. The wheel is unpacked at once and thrown away:
 * stored instead of compressed it takes 7 CPU seconds instead of 18.
 */
const UNCOMPRESSED_WHEEL = { PIP_CONFIG_SETTINGS: '--build-option=--compression=stored' };

export function pythonOf(folder: string): string {
  return join(folder, 'bin', 'python');
}

/** Entry points name their interpreter by absolute path, which is another one after the environment is renamed. */
export async function relocateScripts(from: string, to: string): Promise<void> {
  const bin = join(from, 'bin');
  for (const path of [join(from, 'pyvenv.cfg'), ...(await readdir(bin)).map((name) => join(bin, name))]) {
    const facts = await lstat(path);
    if (!facts.isFile() || facts.size > SCRIPT_LIMIT) continue;
    const text = await readFile(path, 'utf8');
    if (text.includes(from)) await writeFile(path, text.replaceAll(from, to));
  }
}
