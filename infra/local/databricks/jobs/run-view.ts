import { LOCAL_CLUSTER_ID } from './requests.ts';
import { decideActivePhase, describePhase } from './states.ts';
import type { Run, TaskOutput, TaskRun } from './store.ts';

/** Runs as the API shows them. `address` is the server's own URL without a final slash. */

/** A whole run with its tasks. Its three durations are 0, as on the platform for every run with a task list. */
export function describeRun(run: Run, address: string): object {
  return { ...describeRunHead(run, address), tasks: run.tasks.map((task) => describeTask(run, task, address)) };
}

/** A run as `runs/list` shows it. */
export function describeRunHead(run: Run, address: string): object {
  const views = run.tasks.map(({ spec, phase, message }) => ({
    key: spec.key,
    dependsOn: spec.dependsOn,
    phase,
    message,
  }));
  return {
    ...identify(run, run.runId, address),
    run_name: run.name,
    ...describePhase(run.outcome ?? decideActivePhase(views, run.stop), run.message),
    ...describeTimes({ startTime: run.startTime, runningTime: null, endTime: run.endTime }),
    run_duration: (run.endTime ?? Date.now()) - run.startTime,
    timeout_seconds: run.timeoutSeconds,
  };
}

/** A task run by its own id, as `runs/get` and the `metadata` of `runs/get-output` show it. */
export function describeTaskAsRun(run: Run, task: TaskRun, address: string): object {
  const { task_key: name, ...rest } = describeTask(run, task, address);
  return { ...identify(run, task.runId, address), ...rest, run_name: name, task_key: name };
}

export function describeOutput(metadata: object, output: TaskOutput): object {
  const { result, truncated, error, errorTrace } = output;
  return {
    metadata,
    notebook_output: result === null ? {} : { result, truncated },
    ...(error === null ? {} : { error, error_trace: errorTrace }),
  };
}

function describeTask(run: Run, task: TaskRun, address: string): { readonly task_key: string } {
  const { spec } = task;
  return {
    run_id: task.runId,
    task_key: spec.key,
    run_if: 'ALL_SUCCESS',
    depends_on: spec.dependsOn.toSorted().map((key) => ({ task_key: key })),
    notebook_task: { notebook_path: spec.notebookPath, base_parameters: spec.parameters, source: 'WORKSPACE' },
    ...(spec.cluster === 'local' ? { existing_cluster_id: LOCAL_CLUSTER_ID } : {}),
    timeout_seconds: spec.timeoutSeconds,
    email_notifications: {},
    webhook_notifications: {},
    attempt_number: 0,
    run_page_url: pageUrl(run.jobId, task.runId, address),
    ...describePhase(task.phase, task.message),
    ...describeTimes(task),
    ...(spec.cluster === 'local' && task.runningTime !== null
      ? { cluster_instance: { cluster_id: LOCAL_CLUSTER_ID, spark_context_id: LOCAL_CLUSTER_ID } }
      : {}),
  } as { readonly task_key: string };
}

function identify(run: Run, runId: number, address: string): object {
  return {
    job_id: run.jobId,
    run_id: runId,
    job_run_id: run.runId,
    number_in_job: runId,
    original_attempt_run_id: runId,
    attempt_number: 0,
    creator_user_name: 'local',
    run_type: 'SUBMIT_RUN',
    trigger: 'ONE_TIME',
    format: 'MULTI_TASK',
    run_page_url: pageUrl(run.jobId, runId, address),
  };
}

function pageUrl(jobId: number, runId: number, address: string): string {
  return `${address}/?o=0#job/${jobId}/run/${runId}`;
}

/** Set-up lasts until the notebook starts; the platform's `cleanup_duration` has no counterpart here. */
function describeTimes(times: Pick<TaskRun, 'startTime' | 'runningTime' | 'endTime'>): object {
  const { startTime, runningTime, endTime } = times;
  return {
    start_time: startTime,
    setup_duration: runningTime === null ? 0 : runningTime - startTime,
    execution_duration: runningTime === null || endTime === null ? 0 : endTime - runningTime,
    cleanup_duration: 0,
    end_time: endTime ?? 0,
  };
}
