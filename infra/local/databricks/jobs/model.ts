import type { JobSettings, RunParameters, TaskSettings } from './settings.ts';
import type { Outcome, Phase, StopReason } from './states.ts';

/** Jobs, runs and task runs as they are on disk. Times are milliseconds since 1970; null means not yet. */

export interface Job {
  readonly jobId: number;
  readonly settings: JobSettings;
  readonly createdTime: number;
}

/** Why a run exists: `ONE_TIME` for submit and run-now, `RUN_JOB_TASK` when another run started it. */
export type RunTrigger = 'ONE_TIME' | 'RUN_JOB_TASK';

/** One attempt at one task, or at one iteration of a for_each task. */
export interface TaskRun {
  readonly runId: number;
  /** The run it belongs to. */
  readonly parentId: number;
  /** The task run of the for_each task whose iteration this is. */
  readonly forEachId: number | null;
  /** Its number within the for_each task, from 0. */
  readonly iteration: number | null;
  /** What that iteration works on; undefined for other tasks. */
  readonly input: unknown;
  readonly settings: TaskSettings;
  /** 0 for the first attempt. Retries and repairs both count. */
  readonly attempt: number;
  /** The first attempt's run id, which is this one's own for the first. */
  readonly originalRunId: number;
  /** How many attempts failed before this one since the run, or its latest repair, began. */
  readonly retry: number;
  readonly phase: Phase;
  readonly message: string;
  /** When the run was created, then when the dependencies were done. Never null: clients sort by it. */
  readonly startTime: number;
  readonly runningTime: number | null;
  readonly endTime: number | null;
  /** Values of a started task's settings after the references in them were replaced: the kind's own object. */
  readonly resolved: Readonly<Record<string, unknown>> | null;
  /** What a condition task decided: "true" or "false". */
  readonly conditionOutcome: string | null;
  /** The run that a run_job task started. */
  readonly childRunId: number | null;
}

/** One repair of a run, or, with `repairId` null, the run as it was before the first. */
export interface RunEpisode {
  readonly repairId: number | null;
  readonly startTime: number;
  readonly endTime: number | null;
  /** Null while it is active. */
  readonly outcome: Outcome | null;
  readonly message: string;
  /** The task runs that it made. */
  readonly taskRunIds: readonly number[];
}

export interface Run {
  readonly runId: number;
  /** A submitted run has one, too, which is no job. */
  readonly jobId: number;
  readonly type: 'JOB_RUN' | 'SUBMIT_RUN';
  readonly trigger: RunTrigger;
  /** The job's settings when the run, or its latest repair, began; the run's name is their name. */
  readonly settings: JobSettings;
  readonly parameters: RunParameters;
  readonly stop: StopReason | null;
  /** Null while a task is active. */
  readonly outcome: Outcome | null;
  readonly message: string;
  readonly startTime: number;
  /** Null while it waits until another run of its job has ended. */
  readonly begunTime: number | null;
  readonly endTime: number | null;
  /** Every attempt at every task, without the iterations of for_each tasks; oldest first. */
  readonly tasks: readonly TaskRun[];
  /** The first is the run itself, later ones are its repairs. */
  readonly episodes: readonly RunEpisode[];
}

export interface TaskOutput {
  readonly result: string | null;
  readonly truncated: boolean;
  readonly error: string | null;
  readonly errorTrace: string | null;
}

/** The latest attempt at every task, in the order of the settings. */
export function latestAttempts(tasks: readonly TaskRun[]): TaskRun[] {
  const latest = new Map<string, TaskRun>();
  for (const task of tasks) {
    const known = latest.get(task.settings.task_key);
    if (known === undefined || known.attempt < task.attempt) latest.set(task.settings.task_key, task);
  }
  return [...latest.values()];
}

/** The latest attempt at every iteration of a for_each task, in the order of its inputs. */
export function latestIterations(attempts: readonly TaskRun[]): TaskRun[] {
  const byIteration = Map.groupBy(attempts, ({ iteration }) => iteration);
  return [...byIteration.values()].flatMap((same) => latestAttempts(same));
}
