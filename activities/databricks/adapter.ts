import { ApiError, Config, Context, type jobs, WorkspaceClient } from '@databricks/sdk';
import { PinflowError } from '../../domain/errors.ts';
import type { DatabricksJobs, DatabricksRun, DatabricksRunState, NotebookTask } from '../ports.ts';

export interface DatabricksOptions {
  readonly host: string;
  readonly token: string;
  /** Cluster to run on; undefined: serverless. */
  readonly cluster: string | undefined;
}

/** The SDK's own time-out has no effect (a call set to 2 s hung past 20 s), so every call gets this one. */
const DEADLINE_MS = 30_000;

/** {@link DatabricksJobs} on the official SDK. Retries belong to Temporal; a repeated submit finds its run by token. */
export function createDatabricksJobs({ host, token, cluster }: DatabricksOptions): DatabricksJobs {
  const config = new Config({
    host,
    token,
    authType: 'pat',
    // Unset, the SDK accepts any certificate and sends the token to it.
    skipVerify: false,
    // Without this the SDK reads DATABRICKS_* of the shell and refuses a second authentication method.
    loaders: [],
    // The SDK repeats 429 by its own clock and then loses the status.
    retryTimeoutSeconds: 1,
  });
  const { jobs: api } = new WorkspaceClient(config);

  return {
    async submitRun({ runName, idempotencyToken, tasks }) {
      const request = {
        run_name: runName,
        idempotency_token: idempotencyToken,
        tasks: tasks.map((task) => toSubmitTask(task, cluster)),
      };
      const { run_id } = await call(`submit run "${runName}"`, (context) => api.submit(request, context));
      if (run_id === undefined)
        throw new PinflowError('DATABRICKS_UNAVAILABLE', `submit of "${runName}" answered no run id`);
      return { runId: run_id };
    },

    async readRun(runId) {
      return toRun(runId, await call(`read run ${runId}`, (context) => api.getRun({ run_id: runId }, context)));
    },

    async readOutput(taskRunId) {
      const output = await call(`read output of task run ${taskRunId}`, (context) =>
        api.getRunOutput({ run_id: taskRunId }, context),
      );
      if (output.notebook_output?.truncated === true) {
        throw new PinflowError('OUTPUT_INVALID', `output of task run ${taskRunId} was cut off by Databricks`);
      }
      return { result: output.notebook_output?.result, error: output.error };
    },

    async cancelRun(runId) {
      await call(`cancel run ${runId}`, (context) => api.cancelRun({ run_id: runId }, context));
    },
  };

  async function call<T>(what: string, send: (context: Context) => Promise<T>): Promise<T> {
    const aborts: (() => void)[] = [];
    const cancellationToken = {
      isCancellationRequested: false,
      onCancellationRequested: (f: () => void) => void aborts.push(f),
    };
    const deadline = setTimeout(() => aborts.forEach((abort) => abort()), DEADLINE_MS);
    try {
      return await send(new Context({ cancellationToken }));
    } catch (error) {
      throw classifyError(what, error);
    } finally {
      clearTimeout(deadline);
    }
  }
}

function toSubmitTask(task: NotebookTask, cluster: string | undefined): jobs.SubmitTask {
  return {
    task_key: task.key,
    notebook_task: { notebook_path: task.notebook, base_parameters: { ...task.parameters }, source: 'WORKSPACE' },
    ...(task.dependsOn.length > 0 && { depends_on: task.dependsOn.map((key) => ({ task_key: key })) }),
    ...(cluster !== undefined && { existing_cluster_id: cluster }),
  };
}

function toRun(runId: number, run: jobs.Run): DatabricksRun {
  const tasks: Record<string, number> = {};
  for (const { task_key, run_id } of run.tasks ?? []) if (run_id !== undefined) tasks[task_key] = run_id;
  return { runId, url: run.run_page_url ?? '', state: toState(run), tasks };
}

/** Total over whatever the API answers: an unknown end is not a success, an unknown life cycle is not an end. */
export function toState({ state, status }: Pick<jobs.Run, 'state' | 'status'>): DatabricksRunState {
  const lifeCycle: string = state?.life_cycle_state ?? 'UNKNOWN';
  if (!['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR'].includes(lifeCycle)) return { state: 'active', lifeCycle };
  const result: string = state?.result_state ?? 'no result';
  if (lifeCycle === 'TERMINATED' && result === 'SUCCESS') return { state: 'succeeded' };
  if (result === 'CANCELED') return { state: 'cancelled' };
  const reason = `${lifeCycle}/${result}: ${state?.state_message ?? 'no message'}`;
  // INTERNAL_ERROR as a life cycle says nothing: a run whose notebook failed has it, too. Only the newer form tells.
  const { type = 'unknown' } = status?.termination_details ?? {};
  return { state: ['CLOUD_FAILURE', 'INTERNAL_ERROR'].includes(type) ? 'lost' : 'failed', reason };
}

/** Final are answers that the same request would get again; everything else may go better next time. */
export function classifyError(what: string, error: unknown): PinflowError {
  const reason = error instanceof ApiError ? `${error.statusCode} ${error.errorCode}: ${error.message}` : String(error);
  const status = error instanceof ApiError ? error.statusCode : 0;
  const final = status >= 400 && status < 500 && ![408, 425, 429].includes(status);
  return new PinflowError(final ? 'DATABRICKS_REFUSED' : 'DATABRICKS_UNAVAILABLE', `could not ${what}: ${reason}`, {
    cause: error,
  });
}
