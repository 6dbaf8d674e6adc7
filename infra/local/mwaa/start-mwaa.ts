import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { AirflowServer } from './airflow/airflow-server.ts';
import { type AirflowOptions, describeSettings } from './airflow/airflow-settings.ts';
import { createMwaa } from './application.ts';
import { checkRequirements } from './check-requirements.ts';
import { LocalEnvironment } from './environment.ts';
import type { Identity } from './identities.ts';
import { createRunCli } from './run-cli.ts';
import { keepDagsInSync } from './sync-dags.ts';

export interface MwaaStart {
  readonly name: string;
  readonly port: number;
  /** Name of the bucket, and the folder in which the S3 server keeps it as plain files. */
  readonly bucket: string;
  readonly bucketFolder: string;
  readonly identities: readonly Identity[];
  readonly airflow: Omit<AirflowOptions, 'major'>;
  /** How long an update takes; 10 to 30 minutes on AWS. */
  readonly updateMs: number;
  readonly signal?: AbortSignal;
}

export interface RunningMwaa {
  readonly address: string;
  readonly airflow: AirflowServer;
  readonly airflowVersion: string;
  readonly stop: () => Promise<void>;
}

const SYNC_MS = 2_000;

/** A real Airflow, and in front of it what AWS puts there. Resolves when both answer. */
export async function startMwaa(start: MwaaStart): Promise<RunningMwaa> {
  const { name, port, bucket, bucketFolder, identities, updateMs } = start;
  const { python } = start.airflow;
  const airflowVersion = readAirflowVersion(python);
  const options = { ...start.airflow, major: airflowVersion.startsWith('2.') ? 2 : 3 } as const;
  const airflow = new AirflowServer(options);
  const environment = new LocalEnvironment({
    ...{ name, airflowVersion, bucket, updateMs, now: Date.now },
    checkRequirements: (key) => checkRequirements(python, join(bucketFolder, key)),
  });
  const server = createMwaa({
    ...{ environment, identities, now: Date.now },
    airflow: { address: airflow.address, major: options.major },
    runCli: createRunCli({ python, variables: describeSettings(options) }),
  });
  const stopSync = keepDagsInSync({ from: join(bucketFolder, 'dags'), to: airflow.dags, everyMs: SYNC_MS });
  const stop = async () => {
    stopSync();
    await server.close();
    await airflow.stop();
  };
  try {
    await server.listen({ host: '127.0.0.1', port });
    await airflow.start(start.signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: `http://127.0.0.1:${port}`, airflow, airflowVersion, stop };
}

function readAirflowVersion(python: string): string {
  const line = 'import importlib.metadata; print(importlib.metadata.version("apache-airflow"))';
  return execFileSync(python, ['-c', line], { encoding: 'utf8' }).trim();
}
