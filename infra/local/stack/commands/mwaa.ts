import { join } from 'node:path';
import { PinflowError } from '../../../../domain/errors.ts';
import { AIRFLOW_USERS, type AirflowRole } from '../../mwaa/airflow/airflow-users.ts';
import { allowWithRole } from '../../mwaa/identities.ts';
import { prepareBucket } from '../../mwaa/prepare-bucket.ts';
import { type RunningMwaa, startMwaa } from '../../mwaa/start-mwaa.ts';
import { chooseFreePort } from '../choose-ports.ts';
import type { StackFacts } from '../engine.ts';
import { startStack } from '../start-stack.ts';
import { MWAA_BUCKET, MWAA_ENVIRONMENT, MWAA_PORT } from '../stack-variables.ts';
import type { CommandContext } from './command-context.ts';
import { defineCommand, parseCommandLine } from './command-line.ts';

/** What MWAA offers of the versions that there are lock files for. */
const VERSIONS = ['3.3', '2.11'] as const;
type OfferedVersion = (typeof VERSIONS)[number];

/** The least that the workers need. */
const ROLE_OF_WORKERS: AirflowRole = 'User';
const UPDATE_MS = 5_000;

/** @throws PinflowError INPUT_INVALID naming everything that cannot be used */
export function readMwaaVersion(args: readonly string[]): OfferedVersion {
  const command = defineCommand('mwaa', 'run Airflow and the MWAA in front of it, until Ctrl-C').option(
    '--airflow <version>',
    VERSIONS.join(' or '),
    VERSIONS[0],
  );
  const { options, operands, problems } = parseCommandLine<{ airflow: string }>(command, args);
  const version = VERSIONS.find((one) => one === options.airflow);
  const found = [
    ...problems,
    ...operands.map((operand) => `mwaa: unexpected "${operand}"`),
    ...(version === undefined ? [`--airflow: expected ${VERSIONS.join(' or ')}, got "${options.airflow}"`] : []),
  ];
  if (version === undefined || found.length > 0) throw new PinflowError('INPUT_INVALID', found.join('\n  '));
  return version;
}

/** Runs a real Airflow and the MWAA double beside the stack of this checkout until it is interrupted. */
export async function runMwaa(version: OfferedVersion, context: CommandContext): Promise<number> {
  const { stateDirectory, print, signal } = context;
  const toolchain = await context.prepareToolchain({ withAirflow: [version] });
  signal.throwIfAborted();
  const stack = await startStack({ ...context, toolchain, report: print });
  try {
    print(`starting Airflow ${version}; its log: ${join(stateDirectory, `airflow-${version}`, 'airflow.log')}`);
    const home = join(stateDirectory, `airflow-${version}`);
    const mwaa = await startBeside(stack, { python: String(toolchain.airflow[version]), home, signal });
    describe(mwaa).forEach(print);
    await new Promise<void>((done) => {
      if (signal.aborted) done();
      signal.addEventListener('abort', () => done());
    });
    await mwaa.stop();
    return 0;
  } finally {
    await stack.stop();
  }
}

async function startBeside(
  { stateDirectory, ports, secrets }: StackFacts,
  { python, home, signal }: { python: string; home: string; signal: AbortSignal },
): Promise<RunningMwaa> {
  const credentials = { accessKeyId: secrets.s3AccessKeyId, secretAccessKey: secrets.s3SecretAccessKey };
  await prepareBucket({ endpoint: `http://127.0.0.1:${ports.s3}`, bucket: MWAA_BUCKET, ...credentials });
  const [port, triggererLogs, schedulerLogs] = [await chooseFreePort(), await chooseFreePort(), await chooseFreePort()];
  const host = { schema: 'http', host: '127.0.0.1' };
  return startMwaa({
    ...{ name: MWAA_ENVIRONMENT, port: MWAA_PORT, bucket: MWAA_BUCKET, updateMs: UPDATE_MS, signal },
    bucketFolder: join(stateDirectory, 's3', MWAA_BUCKET),
    identities: [
      {
        accessKeyId: secrets.s3AccessKeyId,
        arn: 'arn:aws:sts::123456789012:assumed-role/pinflow-worker/local',
        statements: allowWithRole(ROLE_OF_WORKERS),
      },
    ],
    airflow: {
      ...{ python, home, port, logPorts: [triggererLogs, schedulerLogs] },
      connections: {
        temporal_http: { conn_type: 'http', ...host, port: ports.temporalHttp },
        databricks_default: {
          ...{ conn_type: 'databricks', ...host, port: ports.databricks },
          password: secrets.databricksToken,
        },
      },
    },
  });
}

function describe({ address, airflow, airflowVersion }: RunningMwaa): string[] {
  const users = AIRFLOW_USERS.map(({ name, password }) => `${name}/${password}`).join(', ');
  return [
    `Airflow ${airflowVersion}: ${airflow.address}, users ${users}`,
    `MWAA: ${address}, environment "${MWAA_ENVIRONMENT}", bucket "${MWAA_BUCKET}"`,
    'try it with: npx pinflow mwaa status; stop it with Ctrl-C',
  ];
}
