import { nameCluster } from '../clusters/name-cluster.ts';
import type { TaskOutput, TaskRun } from './model.ts';
import { chooseCluster } from './plan-work.ts';
import { CONTROL_KINDS, kindOf } from './settings.ts';
import { describePhase } from './states.ts';

/** Task runs as the API shows them. */

export interface ViewOptions {
  /** The server's own URL without a final slash. */
  readonly address: string;
  readonly includeResolved?: boolean;
}

export interface PrintedLines {
  readonly text: string;
  readonly truncated: boolean;
}

/** An entry of a run's `tasks` or `iterations`. */
export function describeTask(task: TaskRun, jobId: number, { address, includeResolved = false }: ViewOptions): object {
  const { settings, resolved, childRunId, conditionOutcome } = task;
  const kind = kindOf(settings);
  const sorted = settings.depends_on?.toSorted((a, b) => (a.task_key < b.task_key ? -1 : 1));
  return {
    ...settings,
    ...(sorted !== undefined && { depends_on: sorted }),
    ...(kind === 'condition_task' && conditionOutcome !== null
      ? { condition_task: { ...settings.condition_task, ...resolved, outcome: conditionOutcome } }
      : {}),
    ...(kind === 'run_job_task' &&
      childRunId !== null && { run_job_task: { ...settings.run_job_task, run_id: childRunId } }),
    ...(includeResolved && resolved !== null && { resolved_values: { [kind]: resolved } }),
    run_id: task.runId,
    original_attempt_run_id: task.originalRunId,
    attempt_number: task.attempt,
    run_page_url: pageUrl({ jobId, runId: task.runId, address }),
    ...describePhase(task.phase, task.message),
    ...describeTimes(task),
    ...describeCluster(task),
  };
}

/** The body of `runs/get-output`. */
export function describeOutput(metadata: object, task: TaskRun, output: TaskOutput & { logs?: PrintedLines }): object {
  const { result, truncated, error, errorTrace, logs } = output;
  const { settings, childRunId } = task;
  return {
    metadata,
    ...(settings.notebook_task && { notebook_output: result === null ? {} : { result, truncated } }),
    ...(logs && { logs: logs.text, logs_truncated: logs.truncated }),
    ...(settings.sql_task && { sql_output: {} }),
    ...(childRunId !== null && { run_job_output: { run_id: childRunId } }),
    ...(error !== null && { error, error_trace: errorTrace }),
  };
}

export function pageUrl({ jobId, runId, address }: { jobId: number; runId: number; address: string }): string {
  return `${address}/jobs/${jobId}/runs/${runId}?o=0`;
}

/** Set-up lasts until the work starts; the platform's `cleanup_duration` has no counterpart here. */
function describeTimes({ startTime, runningTime, endTime }: TaskRun): object {
  return {
    start_time: startTime,
    setup_duration: runningTime === null ? 0 : runningTime - startTime,
    execution_duration: runningTime === null || endTime === null ? 0 : endTime - runningTime,
    cleanup_duration: 0,
    end_time: endTime ?? 0,
  };
}

function describeCluster(task: TaskRun): object {
  const { settings, runId, runningTime } = task;
  if (CONTROL_KINDS.includes(kindOf(settings)) || runningTime === null) return {};
  const id = nameCluster(chooseCluster(settings, task), runId);
  return { cluster_instance: { cluster_id: id, spark_context_id: id } };
}
