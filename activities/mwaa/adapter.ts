import { createHash } from 'node:crypto';
import {
  CreateWebLoginTokenCommand,
  GetEnvironmentCommand,
  MWAAClient,
  MWAAServiceException,
  UpdateEnvironmentCommand,
} from '@aws-sdk/client-mwaa';
import { PinflowError } from '../../domain/errors.ts';
import { AirflowApi } from './airflow-api.ts';
import { judgeStatus } from './fetch-from-mwaa.ts';
import { type AirflowSession, logIn } from './log-in.ts';
import type { AirflowDag, AirflowDagRun, AirflowImportError, Mwaa, MwaaEnvironment } from './port.ts';
import { describeTrace, isFile } from './read-trace.ts';

export interface MwaaOptions {
  readonly environment: string;
  readonly region: string;
  /** Undefined: AWS. */
  readonly endpoint: string | undefined;
  /** Undefined: the default chain of AWS. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** One environment of MWAA through the SDK, and the Airflow in it through a web login. */
export function createMwaa({ environment, region, endpoint, credentials }: MwaaOptions): Mwaa {
  const client = new MWAAClient({
    region,
    maxAttempts: 2,
    // Or the SDK puts "api." and "env." before the host.
    ...(endpoint !== undefined && { endpoint, disableHostPrefix: true }),
    ...(credentials !== undefined && { credentials }),
  });
  const Name = environment;
  const ask = <T>(what: string, send: () => Promise<T>) => askMwaa(`${what} environment "${environment}"`, send);

  async function readEnvironment(): Promise<MwaaEnvironment> {
    const { Environment: found = {} } = await ask('read', () => client.send(new GetEnvironmentCommand({ Name })));
    const { RequirementsS3Path: key, RequirementsS3ObjectVersion: version, LastUpdate: update } = found;
    return {
      name: environment,
      status: found.Status ?? 'UNKNOWN',
      airflowVersion: found.AirflowVersion ?? '',
      bucket: (found.SourceBucketArn ?? '').split(':::')[1] ?? '',
      dagPrefix: `${(found.DagS3Path ?? 'dags').replace(/\/$/, '')}/`,
      requirements: key === undefined || version === undefined ? undefined : { key, version },
      updateError: update?.Status === 'FAILED' ? (update.Error?.ErrorMessage ?? 'no reason given') : undefined,
    };
  }

  async function openSession(): Promise<AirflowSession> {
    const { airflowVersion } = await readEnvironment();
    const { WebToken: token = '', WebServerHostname: host = '' } = await ask('get a web login token of', () =>
      client.send(new CreateWebLoginTokenCommand({ Name })),
    );
    const scheme = endpoint?.startsWith('http:') === true ? 'http' : 'https';
    return logIn({ address: `${scheme}://${host}`, token, major: airflowVersion.startsWith('2.') ? 2 : 3 });
  }

  return {
    readEnvironment,
    async requestUpdate({ key, version }) {
      const changes = { Name, RequirementsS3Path: key, RequirementsS3ObjectVersion: version };
      await ask('update', () => client.send(new UpdateEnvironmentCommand(changes)));
    },
    ...readAirflow(new AirflowApi(openSession)),
  };
}

/** @throws PinflowError MWAA_UNAVAILABLE, MWAA_DENIED or MWAA_REFUSED with the name and the text of the service's error */
async function askMwaa<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    const { name, message } = error as Error;
    const told = `could not ${what}: ${name}: ${message}`;
    if (!(error instanceof MWAAServiceException)) {
      throw new PinflowError(name === 'CredentialsProviderError' ? 'MWAA_DENIED' : 'MWAA_UNAVAILABLE', told);
    }
    throw new PinflowError(judgeStatus(error.$metadata.httpStatusCode ?? 500), told);
  }
}

interface DagView {
  readonly is_paused: boolean;
  readonly start_date: string | null;
  readonly file_token: string;
}

interface RunView {
  readonly dag_run_id: string;
  readonly state: string;
  readonly logical_date: string | null;
  readonly data_interval_end: string | null;
}

type AirflowCalls = Omit<Mwaa, 'readEnvironment' | 'requestUpdate'>;

function readAirflow(api: AirflowApi): AirflowCalls {
  return {
    async readDag(dagId): Promise<AirflowDag | undefined> {
      const view = await api.find<DagView>(`/dags/${dagId}/details`);
      if (view === undefined) return undefined;
      const source = await readSource(api, dagId, view.file_token);
      return { isPaused: view.is_paused, startDate: parseTime(view.start_date), sourceHash: hashText(source) };
    },
    async readImportError(file): Promise<AirflowImportError | undefined> {
      const { import_errors: errors } = await api.read<{
        import_errors: { filename: string; stack_trace: string; timestamp: string }[];
      }>('/importErrors?limit=100');
      const error = errors.find(({ filename }) => isFile(filename, file));
      if (error === undefined) return undefined;
      return { message: describeTrace(error.stack_trace, file), seenAt: Date.parse(error.timestamp) };
    },
    async startDagRun({ dagId, runId, logicalDate }) {
      const body = { dag_run_id: runId, logical_date: new Date(logicalDate).toISOString() };
      const call = { method: 'POST', path: `/dags/${dagId}/dagRuns`, body, expected: [409] } as const;
      return (await api.call(call)).status === 409 ? 'exists' : 'started';
    },
    async readDagRun(dagId, runId) {
      const view = await api.find<RunView>(`/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`);
      return view && toDagRun(view);
    },
    async listDagRuns(dagId, from, to) {
      const name = (await api.readMajor()) === 2 ? 'execution_date' : 'logical_date';
      const range = { [`${name}_gte`]: new Date(from).toISOString(), [`${name}_lte`]: new Date(to).toISOString() };
      const runs: RunView[] = [];
      for (;;) {
        const query = new URLSearchParams({ ...range, limit: '100', offset: String(runs.length) }).toString();
        const page = await api.read<{ dag_runs: RunView[]; total_entries: number }>(`/dags/${dagId}/dagRuns?${query}`);
        runs.push(...page.dag_runs);
        if (page.dag_runs.length === 0 || runs.length >= page.total_entries) return runs.map(toDagRun);
      }
    },
    async countTasks(dagId, runId) {
      const path = `/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}/taskInstances?limit=1`;
      return (await api.read<{ total_entries: number }>(path)).total_entries;
    },
  };
}

async function readSource(api: AirflowApi, dagId: string, fileToken: string): Promise<string> {
  if ((await api.readMajor()) === 3) return (await api.read<{ content: string }>(`/dagSources/${dagId}`)).content;
  return (await api.call({ method: 'GET', path: `/dagSources/${fileToken}`, accept: 'text/plain' })).text;
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function toDagRun(view: RunView): AirflowDagRun {
  const logicalDate = parseTime(view.logical_date);
  return {
    ...{ runId: view.dag_run_id, state: view.state, logicalDate },
    dueAt: parseTime(view.data_interval_end) ?? logicalDate,
  };
}

function parseTime(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text);
}
