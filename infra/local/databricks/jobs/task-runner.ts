import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Compute, WorkCall, WorkEnd } from '../clusters/compute.ts';
import type { TaskRun } from './model.ts';
import { chooseCluster, type FileFinder, planWork } from './plan-work.ts';
import { type StopReason, stopEnd } from './states.ts';
import type { TaskEnd, TaskStore } from './task-store.ts';

export const TASK_FAILURE_MESSAGE = 'Workload failed, see run output for details';

export interface TaskRunnerOptions {
  readonly tasks: TaskStore;
  readonly compute: Compute;
  readonly files: FileFinder;
  readonly readSecrets: () => WorkCall['secrets'];
  /** Folder that gets one folder per task run. */
  readonly outputs: string;
}

/** What the scheduler wants to know of work on a cluster. */
export interface WorkListener {
  readonly onStart: () => void;
  readonly onEnd: (end: TaskEnd) => void;
}

/** Task runs that wait for a cluster or run on one. What is on disk is the truth; this holds what can be stopped. */
export class TaskRunner {
  readonly #options: TaskRunnerOptions;
  readonly #stoppable = new Map<number, AbortController>();

  constructor(options: TaskRunnerOptions) {
    this.#options = options;
  }

  /** Gives a task with resolved parameters to its cluster. A file that is missing ends it at once. */
  start(task: TaskRun, taskValues: WorkCall['taskValues'], { onStart, onEnd }: WorkListener): void {
    const { tasks, compute, files, readSecrets, outputs } = this.#options;
    const planned = planWork(task.settings, task.resolved ?? {}, files);
    if ('missing' in planned) {
      onEnd({ phase: 'FILE_MISSING', message: planned.missing });
      return;
    }
    const output = join(outputs, String(task.runId));
    mkdirSync(output, { recursive: true });
    const controller = new AbortController();
    this.#stoppable.set(task.runId, controller);
    const call: WorkCall = {
      ...planned,
      cluster: chooseCluster(task.settings, task),
      output,
      taskValues,
      secrets: readSecrets(),
    };
    void compute.run(call, { signal: controller.signal, onStart }).then((end) => {
      this.#stoppable.delete(task.runId);
      if ('taskValues' in end) tasks.writeValues(task.runId, end.taskValues);
      onEnd(toTaskEnd(end, controller.signal.reason as StopReason));
    });
  }

  /** Asks for the end of a task; true when it was given to a cluster and not asked before. */
  stop(taskRunId: number, reason: StopReason): boolean {
    const controller = this.#stoppable.get(taskRunId);
    if (controller === undefined || controller.signal.aborted) return false;
    controller.abort(reason);
    return true;
  }
}

function toTaskEnd(end: WorkEnd, reason: StopReason): TaskEnd {
  if (end.kind === 'exited') return { phase: 'SUCCESS', message: '', output: end };
  if (end.kind === 'raised') return { phase: 'FAILED', message: TASK_FAILURE_MESSAGE, output: end };
  if (end.kind === 'lost') return { phase: 'CLUSTER_LOST', message: end.message };
  return stopEnd(reason);
}
