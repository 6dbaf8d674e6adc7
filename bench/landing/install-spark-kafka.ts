import { inheritedEnvironment } from '../../config/load.ts';
import { installAll } from '../../infra/local/setup/install-all.ts';
import { type JarSet, planJarSet } from '../../infra/local/setup/jar-set.ts';
import { findPrerequisites } from '../../infra/local/setup/prerequisites.ts';
import { planPythonEnvironment } from '../../infra/local/setup/python-environment.ts';
import type { SetupRequest } from '../../infra/local/setup/toolchain.ts';

const SPARK_KAFKA_JARS: JarSet = {
  task: 'spark-kafka',
  list: 'bench/landing/spark-kafka-jars.sha256',
  lead: 'spark-sql-kafka-0-10_2.13',
};

/** Installs what only the peer needs, beside the tools of the local environment; gives the folder of the jars. */
export async function installSparkKafka({
  cache,
  checkout,
  report,
}: Required<Pick<SetupRequest, 'cache' | 'checkout' | 'report'>>) {
  const env = inheritedEnvironment();
  const plan = { cache, checkout, machine: await findPrerequisites(env) };
  const python = await planPythonEnvironment(plan);
  const jars = await planJarSet(SPARK_KAFKA_JARS, plan, python);
  await installAll([python, jars], { env, report, stop: new AbortController(), pauses: [2_000, 8_000] });
  return jars.folder;
}
