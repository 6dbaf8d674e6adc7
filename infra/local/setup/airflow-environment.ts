import { join } from 'node:path';
import { nameFolder } from './install-folder.ts';
import { readLockFile } from './lock-file.ts';
import { planPipInstall } from './pip.ts';
import { createEnvironment, relocateScripts } from './python-environment.ts';
import { runInstaller } from './run-installer.ts';
import type { Installation, SetupPlan } from './setup-work.ts';

const LOCK = 'infra/local/setup/airflow-requirements.lock';

/** Airflow in an environment of its own: what it asks of the packages that it shares with Spark does not fit. */
export async function planAirflowEnvironment({ cache, checkout, machine }: SetupPlan): Promise<Installation> {
  const { python, pythonVersion } = machine;
  const lock = await readLockFile(checkout, LOCK);
  const contents = [lock.text, process.platform, process.arch, pythonVersion];
  const folder = join(cache, nameFolder('airflow', pythonVersion, contents));
  return {
    task: 'airflow',
    folder,
    install: async ({ target, scratch }, work) => {
      const what = 'Airflow';
      const venv = await createEnvironment({ what, python, target }, work);
      work.note('downloading and unpacking, 0.5 GB');
      await runInstaller(planPipInstall({ what, python: venv, lock, scratch, args: [] }), work);
      await relocateScripts(target, folder);
    },
  };
}
