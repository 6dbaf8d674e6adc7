import type { Run, RunEpisode, TaskRun } from './model.ts';
import { decideActivePhase, describePhase, type Phase } from './states.ts';
import { describeTask, pageUrl, type ViewOptions } from './task-view.ts';

/** Runs as the API shows them. */

/** A run without its arrays, as `runs/list` shows it. Its three durations are 0, as on the platform for runs with tasks. */
export function describeRunHead(run: Run, options: ViewOptions): object {
  const { settings, parameters, begunTime, startTime, endTime } = run;
  const { job_parameters: overriding, ...others } = parameters;
  return {
    ...identify(run, run.runId, options),
    run_name: settings.name,
    ...describePhase(phaseOf(run), run.message),
    start_time: startTime,
    setup_duration: 0,
    execution_duration: 0,
    cleanup_duration: 0,
    end_time: endTime ?? 0,
    run_duration: (endTime ?? Date.now()) - startTime,
    queue_duration: (begunTime ?? endTime ?? Date.now()) - startTime,
    timeout_seconds: settings.timeout_seconds,
    overriding_parameters: others,
    job_parameters: describeParameters(run, overriding ?? {}),
  };
}

/** The arrays of a run, which are given out in pages. */
export function listRunArrays(run: Run, options: ViewOptions & { readonly includeHistory: boolean }) {
  return {
    tasks: run.tasks.map((task) => describeTask(task, run.jobId, options)),
    job_clusters: run.settings.job_clusters ?? [],
    job_parameters: describeParameters(run, run.parameters.job_parameters ?? {}),
    repair_history: options.includeHistory ? run.episodes.map(describeEpisode) : [],
  };
}

/** A task run by its own id, as `runs/get` and the `metadata` of `runs/get-output` show it. */
export function describeTaskAsRun(run: Run, task: TaskRun, options: ViewOptions): object {
  return {
    ...identify(run, task.runId, options),
    run_name: task.settings.task_key,
    ...describeTask(task, run.jobId, options),
  };
}

export function phaseOf(run: Run): Phase {
  if (run.outcome !== null) return run.outcome;
  if (run.begunTime === null) return 'QUEUED';
  const phases = run.tasks.map(({ phase }) => phase);
  return decideActivePhase(phases, run.stop);
}

function describeParameters({ settings }: Run, overriding: Readonly<Record<string, string>>): object[] {
  return (settings.parameters ?? []).map(({ name, default: value }) => ({
    ...{ name, default: value, value: overriding[name] ?? value },
  }));
}

/** An episode has the times of the run, not its parts. */
function describeEpisode({ repairId, startTime, endTime, outcome, message, taskRunIds }: RunEpisode): object {
  return {
    ...(repairId === null ? { type: 'ORIGINAL' } : { type: 'REPAIR', id: repairId }),
    start_time: startTime,
    end_time: endTime ?? 0,
    ...describePhase(outcome ?? 'RUNNING', message),
    task_run_ids: taskRunIds,
  };
}

function identify(run: Run, runId: number, { address }: ViewOptions): object {
  return {
    job_id: run.jobId,
    run_id: runId,
    job_run_id: run.runId,
    number_in_job: runId,
    original_attempt_run_id: runId,
    creator_user_name: 'local',
    run_type: run.type,
    trigger: run.trigger,
    format: 'MULTI_TASK',
    run_page_url: pageUrl({ jobId: run.jobId, runId, address }),
  };
}
