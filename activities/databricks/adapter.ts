import { ApiClient, Config, jobs } from '@databricks/sdk';
import { PinflowError } from '../../domain/errors.ts';
import type { DatabricksRun, DatabricksTask, NotebookTask, OpenDatabricks } from '../ports.ts';
import { toRunState } from './run-state.ts';
import { ApiFailure, sendRequest } from './transport.ts';

export interface DatabricksOptions {
  readonly host: string;
  readonly token: string;
  /** Cluster to run on; undefined: serverless. */
  readonly cluster: string | undefined;
  /** Most milliseconds of one call. */
  readonly deadlineMs?: number;
}

/** {@link OpenDatabricks} on the official SDK: its typed services, above a transport of our own (decision 4). */
export function createDatabricksJobs({ host, token, cluster, deadlineMs = 20_000 }: DatabricksOptions): OpenDatabricks {
  // Without `loaders: []` the SDK reads DATABRICKS_* of the shell and refuses a second authentication method.
  const config = new Config({ host, token, authType: 'pat', loaders: [] });

  return (signal) => {
    async function call<T>(what: string, send: (api: jobs.JobsService) => Promise<T>): Promise<T> {
      const limit = AbortSignal.timeout(deadlineMs);
      try {
        return await send(new jobs.JobsService(new StrictClient(config, AbortSignal.any([signal, limit]))));
      } catch (error) {
        // Whoever stopped us knows why; this is no error of Databricks.
        if (signal.aborted) throw error;
        throw classifyError(what, limit.aborted ? new Error(`no answer within ${deadlineMs} ms`) : error);
      }
    }

    return {
      async submitRun({ runName, idempotencyToken, tasks }) {
        const request = {
          run_name: runName,
          idempotency_token: idempotencyToken,
          tasks: tasks.map((task) => toSubmitTask(task, cluster)),
        };
        const { run_id } = await call(`submit run "${runName}"`, (api) => api.submit(request));
        if (run_id === undefined)
          throw new PinflowError('DATABRICKS_UNAVAILABLE', `submit of "${runName}" answered no run id`);
        return String(run_id);
      },

      async readRun(runId) {
        return aboutRun(() => call(`read run ${runId}`, (api) => readPages(api, runId)));
      },

      async readOutput(taskRunId) {
        const { notebook_output, error, error_trace } = await aboutRun(() =>
          call(`read output of task run ${taskRunId}`, (api) => api.getRunOutput({ run_id: toApiId(taskRunId) })),
        );
        if (notebook_output?.truncated === true) {
          throw new PinflowError('OUTPUT_INVALID', `output of task run ${taskRunId} was cut off by Databricks`);
        }
        return { result: notebook_output?.result, error: error && withCause(error, error_trace) };
      },

      async cancelRun(runId) {
        await aboutRun(() => call(`cancel run ${runId}`, (api) => api.cancelRun({ run_id: toApiId(runId) })));
      },

      async repairRun({ runId, latestRepair, tasks }) {
        const request = {
          run_id: toApiId(runId),
          ...(latestRepair !== undefined && { latest_repair_id: toApiId(latestRepair) }),
          ...(tasks === 'failed' ? { rerun_all_failed_tasks: true } : { rerun_tasks: [...tasks] }),
        };
        await aboutRun(() => call(`repair run ${runId}`, (api) => api.repairRun(request)));
      },

      async listActiveRuns() {
        return call('list the active runs', async (api) => {
          const found = [];
          for await (const run of api.listRuns({ active_only: true, run_type: 'SUBMIT_RUN', limit: 25 })) {
            found.push({ runId: String(run.run_id), name: run.run_name ?? '' });
          }
          return found;
        });
      },
    };
  };
}

/** The SDK builds paths, queries and bodies and adds credentials; how they travel is ours. */
class StrictClient extends ApiClient {
  readonly #signal: AbortSignal;

  constructor(config: Config, signal: AbortSignal) {
    super(config, { product: 'pinflow', productVersion: '0.1.0' });
    this.#signal = signal;
  }

  override async request({ path, method, query = {}, headers, payload }: Parameters<ApiClient['request']>[0]) {
    headers.set('User-Agent', this.userAgent());
    await this.config.authenticate(headers);
    const url = new URL(path, await this.host);
    url.search = this.searchParams(query);
    return sendRequest({ url, method, headers, payload, signal: this.#signal });
  }
}

/** The SDK's types say number. Query and body are written from the bigint, digit by digit. */
function toApiId(id: string): number {
  return BigInt(id) as unknown as number;
}

function toSubmitTask(task: NotebookTask, cluster: string | undefined): jobs.SubmitTask {
  return {
    task_key: task.key,
    notebook_task: { notebook_path: task.notebook, base_parameters: { ...task.parameters }, source: 'WORKSPACE' },
    ...(task.dependsOn.length > 0 && { depends_on: task.dependsOn.map((key) => ({ task_key: key })) }),
    ...(cluster !== undefined && { existing_cluster_id: cluster }),
  };
}

/** Of a trace no more than this is told. */
const MOST_CAUSE = 300;

/** Of what fails in Java the error says only which call it was; the innermost cause is in the trace. */
function withCause(error: string, trace = ''): string {
  const cause = [...trace.matchAll(/^\s*Caused by: (.+)$/gm)].at(-1)?.[1]?.slice(0, MOST_CAUSE);
  return cause === undefined || error.includes(cause) ? error : `${error} Caused by: ${cause}`;
}

/** Arrays of more than 100 entries come in pages; every repair adds to two of them. */
async function readPages(api: jobs.JobsService, runId: string): Promise<DatabricksRun> {
  const request = { run_id: toApiId(runId), include_history: true };
  const first = await api.getRun(request);
  const tasks = [...(first.tasks ?? [])];
  const history = [...(first.repair_history ?? [])];
  for (let page = first.next_page_token; page;) {
    const next = await api.getRun({ ...request, page_token: page });
    tasks.push(...(next.tasks ?? []));
    history.push(...(next.repair_history ?? []));
    page = next.next_page_token;
  }
  const latest = pickLatestAttempts(tasks);
  const state = toRunState(first, latest);
  return {
    runId,
    url: first.run_page_url ?? '',
    state,
    endedAt: state.state === 'active' ? undefined : first.end_time,
    tasks: Object.fromEntries(latest.map((task) => [task.task_key, toTask(task)])),
    repairs: history.flatMap(({ type, id }) => (type === 'REPAIR' && id !== undefined ? [String(id)] : [])),
  };
}

/** A task that was repaired or tried again is listed with every attempt. */
function pickLatestAttempts(tasks: readonly jobs.RunTask[]): jobs.RunTask[] {
  const latest = new Map<string, jobs.RunTask>();
  for (const task of tasks) {
    const other = latest.get(task.task_key);
    if ((task.attempt_number ?? 0) >= (other?.attempt_number ?? 0)) latest.set(task.task_key, task);
  }
  return [...latest.values()];
}

function toTask({ run_id, notebook_task }: jobs.RunTask): DatabricksTask {
  return { runId: String(run_id), parameters: notebook_task?.base_parameters ?? {} };
}

/** Tells a refusal because the run does not exist, which the API has two ways to say, from other refusals. */
async function aboutRun<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof PinflowError) || !(error.cause instanceof ApiFailure)) throw error;
    const { status, errorCode, message } = error.cause;
    const isGone =
      (status === 404 && errorCode !== 'ENDPOINT_NOT_FOUND') || (status === 400 && /does not exist/.test(message));
    throw isGone ? new PinflowError('RUN_GONE', error.message, { cause: error.cause }) : error;
  }
}

/** Refusals that pass: somebody else was just changing the same thing. */
const PASSING = ['COULD_NOT_ACQUIRE_LOCK', 'ABORTED'];

/** Final are answers that the same request would get again; everything else may go better next time. */
function classifyError(what: string, error: unknown): PinflowError {
  if (!(error instanceof ApiFailure)) {
    return new PinflowError('DATABRICKS_UNAVAILABLE', `could not ${what}: ${describeCause(error)}`, { cause: error });
  }
  const { status, errorCode, retryAfterMs } = error;
  const message = `could not ${what}: ${status} ${errorCode}: ${error.message}`;
  const passes = status >= 500 || [408, 425, 429].includes(status) || PASSING.includes(errorCode);
  const refused = status === 401 || status === 403 ? 'DATABRICKS_DENIED' : 'DATABRICKS_REFUSED';
  return new PinflowError(passes ? 'DATABRICKS_UNAVAILABLE' : refused, message, { cause: error, retryAfterMs });
}

/** fetch says only "fetch failed"; what happened is in the cause, and of several tries that failed only a code. */
function describeCause(error: unknown): string {
  const { cause, message } = error as { message?: string; cause?: { message?: string; code?: string } };
  return cause?.message || cause?.code || message || String(error);
}
