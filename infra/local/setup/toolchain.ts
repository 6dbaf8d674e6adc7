import { mkdir } from 'node:fs/promises';
import { inheritedEnvironment } from '../../../config/load.ts';
import { PinflowError } from '../../../domain/errors.ts';
import { planAirflowEnvironment } from './airflow-environment.ts';
import { installAll } from './install-all.ts';
import { removeDeadAttempts } from './install-folder.ts';
import { DELTA_JARS, KAFKA_JARS, planJarSet } from './jar-set.ts';
import { findPrerequisites } from './prerequisites.ts';
import { planPythonEnvironment, pythonOf } from './python-environment.ts';
import type { AirflowVersion, SetupPlan, TaskReport } from './setup-work.ts';
import { findTemporal, planTemporalBinaries, temporalOf, temporalTestServerOf } from './temporal-binaries.ts';
import { planVersitygw, versitygwOf } from './versitygw.ts';

/** Where every program of the local environment is: absolute paths of executables, except where said. */
export interface Toolchain {
  readonly java: string;
  /** Interpreter of the environment that has PySpark and all that notebooks import. */
  readonly python: string;
  readonly temporal: string;
  readonly temporalTestServer: string;
  /** Folder of jars: Kafka's whole class path. */
  readonly kafkaJars: string;
  /** Folder of jars that Spark needs on top of its own. */
  readonly deltaJars: string;
  readonly versitygw: string;
  /** Interpreters of the environments that have Airflow; only the versions that were asked for. */
  readonly airflow: Readonly<Partial<Record<AirflowVersion, string>>>;
}

export interface SetupRequest {
  readonly cache: string;
  readonly report: (report: TaskReport) => void;
  /** Root of the project; the current folder when absent. */
  readonly checkout?: string;
  /** Running a pipeline needs none. */
  readonly withAirflow?: readonly AirflowVersion[];
}

/** Two further tries after trouble with the network. */
const RETRY_PAUSES = [2_000, 8_000];
const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Installs what is not there yet, everything that is independent at the same time, and says where it all is.
 * The first failure, SIGINT, SIGTERM or SIGHUP stops the rest together with the programs it started.
 * @throws PinflowError PREREQUISITE_MISSING or SETUP_FAILED
 */
export async function prepareToolchain(request: SetupRequest): Promise<Toolchain> {
  const { cache, report, checkout = process.cwd(), withAirflow = [] } = request;
  const stop = new AbortController();
  const interrupt = (name: string) => stop.abort(new PinflowError('SETUP_FAILED', `set-up was interrupted by ${name}`));
  for (const name of INTERRUPTIONS) process.on(name, interrupt);
  try {
    const env = inheritedEnvironment();
    const [machine, ownTemporal] = await Promise.all([findPrerequisites(env), findTemporal(env)]);
    const plan = { cache, checkout, machine };
    const { python, temporal, kafka, delta, versitygw } = await planAll(plan);
    const airflows = await Promise.all(withAirflow.map((version) => planAirflowEnvironment(version, plan)));
    await mkdir(cache, { recursive: true });
    await removeDeadAttempts(cache);
    const installations = [python, temporal, kafka, delta, versitygw, ...airflows];
    await installAll(installations, { env, report, stop, pauses: RETRY_PAUSES });
    return {
      java: machine.java,
      python: pythonOf(python.folder),
      temporal: ownTemporal ?? temporalOf(temporal.folder),
      temporalTestServer: temporalTestServerOf(temporal.folder),
      kafkaJars: kafka.folder,
      deltaJars: delta.folder,
      versitygw: versitygwOf(versitygw.folder),
      airflow: Object.fromEntries(airflows.map(({ version, folder }) => [version, pythonOf(folder)])),
    };
  } finally {
    for (const name of INTERRUPTIONS) process.off(name, interrupt);
  }
}

async function planAll(plan: SetupPlan) {
  const [python, temporal, versitygw] = await Promise.all([
    planPythonEnvironment(plan),
    planTemporalBinaries(plan),
    planVersitygw(plan),
  ]);
  const [kafka, delta] = await Promise.all([
    planJarSet(KAFKA_JARS, plan, python),
    planJarSet(DELTA_JARS, plan, python),
  ]);
  return { python, temporal, kafka, delta, versitygw };
}
