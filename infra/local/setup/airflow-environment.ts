import { join } from 'node:path';
import { PinflowError } from '../../../domain/errors.ts';
import { nameFolder } from './install-folder.ts';
import { readLockFile } from './lock-file.ts';
import { planPipInstall } from './pip.ts';
import { createEnvironment, relocateScripts } from './python-environment.ts';
import { runInstaller } from './run-installer.ts';
import type { AirflowVersion, Installation, SetupPlan } from './setup-work.ts';

/** Airflow 2 was never made to fit a newer one. */
const LAST_PYTHON_OF_AIRFLOW_2 = 12;

/**
 * One version of Airflow in an environment of its own: what it asks of the packages that it shares with Spark, and with
 * other versions, does not fit.
 * @throws PinflowError PREREQUISITE_MISSING when the machine's Python is too new for it
 */
export async function planAirflowEnvironment(
  version: AirflowVersion,
  { cache, checkout, machine }: SetupPlan,
): Promise<Installation & { readonly version: AirflowVersion }> {
  const { python, pythonVersion } = machine;
  if (version.startsWith('2.') && Number(pythonVersion.split('.')[1]) > LAST_PYTHON_OF_AIRFLOW_2) {
    const needed = `python 3.10 to 3.${LAST_PYTHON_OF_AIRFLOW_2} for Airflow ${version}`;
    throw new PinflowError('PREREQUISITE_MISSING', `${needed}: "${python}" is version ${pythonVersion}`);
  }
  const lock = await readLockFile(checkout, `infra/local/setup/airflow-${version}-requirements.lock`);
  const contents = [lock.text, process.platform, process.arch, pythonVersion];
  const folder = join(cache, nameFolder(`airflow-${version}`, pythonVersion, contents));
  return {
    version,
    task: `airflow-${version}`,
    folder,
    install: async ({ target, scratch }, work) => {
      const what = `Airflow ${version}`;
      const venv = await createEnvironment({ what, python, target }, work);
      work.note('downloading and unpacking, 0.5 GB');
      await runInstaller(planPipInstall({ what, python: venv, lock, scratch, args: [] }), work);
      await relocateScripts(target, folder);
    },
  };
}
