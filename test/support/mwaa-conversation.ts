import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateCliTokenCommand,
  CreateWebLoginTokenCommand,
  GetEnvironmentCommand,
  ListEnvironmentsCommand,
  MWAAClient,
} from '@aws-sdk/client-mwaa';
import { createMwaa } from '../../activities/mwaa/adapter.ts';
import { startDate } from '../../activities/mwaa/start-date.ts';
import { stateDirectory } from '../../config/load.ts';
import { publishId, type PublishInput } from '../../domain/mwaa.ts';
import type { AirflowRole } from '../../infra/local/mwaa/airflow/airflow-users.ts';
import { allowWithRole } from '../../infra/local/mwaa/identities.ts';
import { prepareBucket } from '../../infra/local/mwaa/prepare-bucket.ts';
import { type RunningMwaa, startMwaa } from '../../infra/local/mwaa/start-mwaa.ts';
import type { AirflowVersion } from '../../infra/local/setup/setup-work.ts';
import { findFreePorts } from '../infra/local/databricks/real-server.ts';
import { type CommandResult, pinflow, startWorker, type WorkerProcess } from './processes.ts';
import { readToolchain } from './read-toolchain.ts';
import { connectStack, type RunningStack } from './running-stack.ts';
import { failureOf } from './workflow-environment.ts';

/** A real Airflow of this version with the double of MWAA in front, and workers of the stack that use it. */
export class MwaaConversation {
  readonly stack: RunningStack;
  readonly mwaa: RunningMwaa;
  readonly bucket: string;
  readonly #worker: WorkerProcess;
  readonly #home: string;

  static async start(version: AirflowVersion): Promise<MwaaConversation> {
    const [port = 0, airflowPort = 0, ...logPorts] = await findFreePorts(4);
    const stack = await connectStack();
    const bucket = `mwaa-${port}`;
    const home = join(stateDirectory(), `airflow-${port}`);
    await prepareBucket({ endpoint: String(stack.config.s3.endpoint), bucket, ...keysOf(stack) });
    const start = {
      ...{ name: ENVIRONMENT, port, bucket, bucketFolder: join(stateDirectory(), 's3', bucket), updateMs: 500 },
      identities: [
        { accessKeyId: keysOf(stack).accessKeyId, arn: 'arn:worker', statements: allowWithRole('User') },
        ...(['Op', 'Viewer'] as const).map((role) => ({
          ...{ accessKeyId: role, arn: `arn:${role}`, statements: allowWithRole(role) },
        })),
      ],
      airflow: {
        ...{ python: String(readToolchain().airflow[version]), home, port: airflowPort, connections: {} },
        logPorts: logPorts as [number, number],
      },
    };
    const variables = { PINFLOW_MWAA_ENVIRONMENT: ENVIRONMENT, PINFLOW_MWAA_ENDPOINT: `http://127.0.0.1:${port}` };
    const [mwaa, worker] = await Promise.all([startMwaa(start), startWorker(variables)]);
    return new MwaaConversation({ stack, mwaa, worker, bucket, home });
  }

  private constructor(parts: {
    stack: RunningStack;
    mwaa: RunningMwaa;
    worker: WorkerProcess;
    bucket: string;
    home: string;
  }) {
    this.stack = parts.stack;
    this.mwaa = parts.mwaa;
    this.bucket = parts.bucket;
    this.#worker = parts.worker;
    this.#home = parts.home;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#worker.stop(), this.mwaa.stop()]);
    await this.stack.close();
    rmSync(this.#home, { recursive: true, force: true });
  }

  /** The service's own client, as anybody makes it for an endpoint of their own. */
  makeClient(accessKeyId: string): MWAAClient {
    const credentials = { accessKeyId, secretAccessKey: 'secret' };
    return new MWAAClient({ region: 'us-east-1', endpoint: this.mwaa.address, disableHostPrefix: true, credentials });
  }

  /** Our adapter with the rights of another role. */
  as(role: AirflowRole) {
    return createMwaa({
      ...{ environment: ENVIRONMENT, region: 'us-east-1', endpoint: this.mwaa.address },
      credentials: { accessKeyId: role, secretAccessKey: 'secret' },
    });
  }

  publish(input: PublishInput) {
    return this.stack.client.workflow.execute('publishDag', {
      ...{ workflowId: publishId(input.pipeline), taskQueue: 'pinflow', args: [input] },
    });
  }
}

const ENVIRONMENT = 'conversation';

function keysOf({ config }: RunningStack) {
  if (config.s3.credentials === undefined) throw new Error('the stack has no keys for S3');
  return config.s3.credentials;
}

/** A DAG of one task that never reaches a worker. `line` comes after the imports. */
export function writeDag(pipeline: string, line = ''): string {
  return `from datetime import datetime, timezone

try:
    from airflow.sdk import DAG
    from airflow.providers.standard.operators.empty import EmptyOperator
except ImportError:
    from airflow import DAG
    from airflow.operators.empty import EmptyOperator
${line}
with DAG("${pipeline}_daily", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=timezone.utc), catchup=False):
    EmptyOperator(task_id="only")
`;
}

/** Every case that Pinflow has with MWAA, told in order: what one test leaves is what the next one finds. */
export function specifyMwaa(version: AirflowVersion): void {
  const pipeline = `mwaa-${version.replace('.', '-')}`;
  const dag = writeDag(pipeline);
  let talk: MwaaConversation;
  const listDifferences = (...range: string[]): Promise<CommandResult> =>
    pinflow('mwaa', 'mirror', ...range, '--pipeline', pipeline);

  beforeAll(async () => {
    talk = await MwaaConversation.start(version);
  });
  afterAll(async () => {
    await talk.stop();
  });

  test('the client of AWS finds the environment and gets its tokens', async () => {
    const client = talk.makeClient('Op');
    expect((await client.send(new ListEnvironmentsCommand({}))).Environments).toEqual([ENVIRONMENT]);
    const { Environment } = await client.send(new GetEnvironmentCommand({ Name: ENVIRONMENT }));
    expect(Environment).toMatchObject({ Status: 'AVAILABLE', DagS3Path: 'dags' });
    expect(Environment?.AirflowVersion?.startsWith(version)).toBe(true);
    const login = await client.send(new CreateWebLoginTokenCommand({ Name: ENVIRONMENT }));
    expect(login).toMatchObject({ AirflowIdentity: 'Op', WebServerHostname: new URL(talk.mwaa.address).host });
    const { CliToken } = await client.send(new CreateCliTokenCommand({ Name: ENVIRONMENT }));
    const say = () =>
      fetch(`${talk.mwaa.address}/aws_mwaa/cli`, {
        ...{ method: 'POST', body: 'version' },
        headers: { authorization: `Bearer ${CliToken}`, 'content-type': 'text/plain' },
      });
    const { stdout } = (await (await say()).json()) as { stdout: string };
    expect(Buffer.from(stdout, 'base64').toString().trim().startsWith(version)).toBe(true);
    expect((await say()).status).toBe(403);
  });

  test('the client of AWS is refused with the key of nobody', async () => {
    const sent = talk.makeClient('nobody').send(new GetEnvironmentCommand({ Name: ENVIRONMENT }));
    await expect(sent).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('the status tells of an environment that does not know the DAG', async () => {
    const { stdout, stderr, code } = await pinflow('mwaa', 'status', '--pipeline', pipeline);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`environment "${ENVIRONMENT}": AVAILABLE, Airflow ${version}`);
    expect(stdout).toContain(`DAG "${pipeline}_daily": unknown`);
  });

  test('a DAG is published with its requirements, and once more without any change', async () => {
    const input = { pipeline, dag, requirements: 'apache-airflow-providers-databricks\n' };
    const key = `dags/${pipeline}_daily.py`;
    expect(await talk.publish(input)).toEqual({ key, dag: 'changed', requirements: 'changed' });
    expect(await talk.publish(input)).toEqual({ key, dag: 'unchanged', requirements: 'unchanged' });
  });

  test('a broken DAG is named with its line, and the good one takes its place again', async () => {
    const broken = writeDag(pipeline, 'oops = undefined_name');
    const failure = await failureOf(talk.publish({ pipeline, dag: broken }));
    expect(failure).toMatchObject({ type: 'DAG_IMPORT_FAILED' });
    expect(failure.message).toContain(
      `"${pipeline}_daily.py", line 9: NameError: name 'undefined_name' is not defined`,
    );
    expect((await pinflow('mwaa', 'status', '--pipeline', pipeline)).stdout).toContain(
      'import error: line 9: NameError',
    );
    expect(await talk.publish({ pipeline, dag })).toMatchObject({ dag: 'changed' });
  });

  test('requirements that do not fit leave the environment as it was', async () => {
    const requirements = 'apache-airflow-providers-databricks==1.0.0\n';
    const failure = await failureOf(talk.publish({ pipeline, dag: writeDag(pipeline, '# never'), requirements }));
    expect(failure).toMatchObject({ type: 'MWAA_UPDATE_FAILED' });
    expect(failure.message).toContain('apache-airflow-providers-databricks==1.0.0');
    expect(await talk.publish({ pipeline, dag })).toMatchObject({ dag: 'unchanged', requirements: 'none' });
  });

  test('a date is triggered once, and found the second time', async () => {
    const first = await pinflow('mwaa', 'trigger', '2026-11-22', '--pipeline', pipeline);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(`DAG run "temporal__${pipeline}__2026-11-22" is started`);
    const second = await pinflow('mwaa', 'trigger', '2026-11-22', '--pipeline', pipeline);
    expect(second.stdout).toContain(`DAG run "temporal__${pipeline}__2026-11-22" was there already`);
  });

  test('a date whose run somebody else has started is found by its logical date', async () => {
    const api = talk.as('Op');
    const [dagId, runId] = [`${pipeline}_daily`, 'by-hand'];
    await api.startDagRun({ dagId, runId, logicalDate: Date.parse('2026-11-21T02:17:00Z') });
    expect(await startDate({ pipeline, date: '2026-11-21' }, api)).toMatchObject({ runId: 'by-hand', existed: true });
  });

  test('a run that has our id and another logical date is a conflict', async () => {
    const api = talk.as('Op');
    const [dagId, runId] = [`${pipeline}_daily`, `temporal__${pipeline}__2026-11-20`];
    await api.startDagRun({ dagId, runId, logicalDate: Date.parse('2026-11-20T12:00:00Z') });
    await expect(startDate({ pipeline, date: '2026-11-20' }, api)).rejects.toMatchObject({ code: 'DAG_RUN_CONFLICT' });
  });

  test('a date before the DAG starts is refused, which Airflow would call a success', async () => {
    const { code, stderr } = await pinflow('mwaa', 'trigger', '2025-12-31', '--pipeline', pipeline);
    expect(code).toBe(1);
    expect(stderr).toContain('INPUT_INVALID: date: expected one that is due after');
  });

  test('a viewer may look and may not trigger', async () => {
    const api = talk.as('Viewer');
    expect(await api.readDag(`${pipeline}_daily`)).toMatchObject({ isPaused: false });
    await expect(startDate({ pipeline, date: '2026-11-19' }, api)).rejects.toMatchObject({ code: 'MWAA_DENIED' });
  });

  test('the mirror lists the dates of which Airflow and Temporal say different things', async () => {
    await untilEnded(talk, `${pipeline}_daily`, `temporal__${pipeline}__2026-11-22`);
    const { code, stdout } = await listDifferences('2026-11-22', '2026-11-24');
    expect(stdout).toContain('looked at 3 dates: 1 on which Airflow and Temporal differ');
    expect(stdout).toMatch(/2026-11-22 +success +none/);
    expect(code).toBe(1);
    expect(await listDifferences('2026-11-23', '2026-11-24')).toMatchObject({ code: 0 });
  });
}

async function untilEnded(talk: MwaaConversation, dagId: string, runId: string): Promise<void> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline;) {
    if ((await talk.as('Op').readDagRun(dagId, runId))?.state === 'success') return;
    await new Promise((again) => setTimeout(again, 1_000));
  }
  throw new Error(`DAG run "${runId}" has not ended`);
}
