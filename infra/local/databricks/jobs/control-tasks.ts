import { type Condition, evaluateCondition } from './evaluate-condition.ts';
import type { JobStore } from './job-store.ts';
import { type Job, latestIterations, type Run, type TaskRun } from './model.ts';
import type { RunStore } from './run-store.ts';
import { checkRunNow } from './parse-run-now.ts';
import { kindOf, type RunParameters } from './settings.ts';
import { isActive, isFine, resultStateOf, type StopReason, stopEnd } from './states.ts';
import type { TaskEnd, TaskStore } from './task-store.ts';

export interface ControlTaskOptions {
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly tasks: TaskStore;
  readonly startTask: (run: Run, task: TaskRun) => void;
  readonly stopTask: (task: TaskRun, reason: StopReason) => void;
  readonly endTask: (task: TaskRun, end: TaskEnd) => void;
  /** Its time limit counts from now on. */
  readonly onStart: (task: TaskRun) => void;
  readonly runJob: (job: Job, request: { parameters: RunParameters; trigger: 'RUN_JOB_TASK' }) => number;
  readonly cancelRun: (run: Run) => void;
}

/** The platform's own limit. */
const MAX_ITERATIONS = 5_000;

/** Tasks that need no cluster: condition, for_each and run_job. */
export class ControlTasks {
  readonly #options: ControlTaskOptions;
  /** Why for_each and run_job tasks that are being stopped end. */
  readonly #stopping = new Map<number, StopReason>();

  constructor(options: ControlTaskOptions) {
    this.#options = options;
  }

  /** Starts a task with resolved parameters; false when it is none of these kinds. */
  start(task: TaskRun): boolean {
    const kind = kindOf(task.settings);
    if (kind === 'condition_task') this.#decide(task);
    else if (kind === 'for_each_task') this.#startForEach(task);
    else if (kind === 'run_job_task') this.#startChild(task);
    else return false;
    return true;
  }

  /** Moves the iterations of a for_each task on; true when something changed. */
  advance(run: Run, task: TaskRun): boolean {
    const { for_each_task: forEach } = task.settings;
    if (forEach === undefined || task.phase === 'PENDING') return false;
    const { tasks, startTask, endTask } = this.#options;
    const reason = run.stop ?? this.#stopping.get(task.runId);
    const iterations = latestIterations(tasks.listIterations(task.runId));
    const blocked = iterations.filter(({ phase }) => phase === 'BLOCKED');
    if (reason !== undefined && blocked.length > 0) {
      for (const iteration of blocked) tasks.endTask(iteration.runId, stopEnd(reason));
      return true;
    }
    const busy = iterations.filter(({ phase }) => isActive(phase) && phase !== 'BLOCKED').length;
    const next = blocked.slice(0, Math.max(0, forEach.concurrency - busy));
    for (const iteration of next) startTask(run, iteration);
    if (next.length > 0 || busy > 0) return next.length > 0;
    this.#stopping.delete(task.runId);
    endTask(task, reason === undefined ? summarise(iterations) : stopEnd(reason));
    return true;
  }

  /** Asks for the end of a for_each or run_job task; false when it is neither. It ends when its parts have. */
  stop(task: TaskRun, reason: StopReason): boolean {
    const { runs, tasks, stopTask, cancelRun } = this.#options;
    const isForEach = task.settings.for_each_task !== undefined;
    if ((!isForEach && task.childRunId === null) || this.#stopping.has(task.runId)) return false;
    this.#stopping.set(task.runId, reason);
    if (isForEach) {
      for (const iteration of tasks.listIterations(task.runId))
        if (iteration.phase !== 'BLOCKED') stopTask(iteration, reason);
      return true;
    }
    const child = runs.readRun(task.childRunId ?? 0);
    if (child !== undefined) cancelRun(child);
    return true;
  }

  /** A run has ended: so does the task that started it, if any. */
  endChild(childRunId: number): void {
    const { runs, endTask } = this.#options;
    const task = runs.findStarter(childRunId);
    const outcome = runs.readRun(childRunId)?.outcome ?? null;
    if (task === undefined || !isActive(task.phase) || outcome === null) return;
    const reason = this.#stopping.get(task.runId);
    this.#stopping.delete(task.runId);
    if (reason !== undefined) endTask(task, stopEnd(reason));
    else if (isFine(outcome)) endTask(task, { phase: 'SUCCESS', message: '' });
    else endTask(task, { phase: 'FAILED', message: `Run ${childRunId} ended as ${resultStateOf(outcome)}.` });
  }

  #decide(task: TaskRun): void {
    const condition = task.resolved as unknown as Condition;
    const decision = evaluateCondition(condition);
    if (decision === undefined) {
      const { left, op, right } = condition;
      const message = `The condition "${left}" ${op} "${right}" needs numbers on both sides.`;
      this.#options.endTask(task, { phase: 'SETTINGS_INVALID', message });
    } else this.#options.endTask(task, { phase: 'SUCCESS', message: '', conditionOutcome: String(decision) });
  }

  #startForEach(task: TaskRun): void {
    const { tasks, endTask, onStart } = this.#options;
    const inputs = parseInputs(task.resolved?.['inputs']);
    const nested = task.settings.for_each_task?.task;
    if (inputs === undefined || nested === undefined) {
      const message = `The inputs of the task are no JSON array of at most ${MAX_ITERATIONS} elements.`;
      endTask(task, { phase: 'SETTINGS_INVALID', message });
      return;
    }
    tasks.createIterations(task, nested, inputs);
    tasks.setPhase(task.runId, 'RUNNING');
    onStart(task);
  }

  #startChild(task: TaskRun): void {
    const { jobs, runs, tasks, endTask, onStart, runJob } = this.#options;
    const { job_id: jobId, ...parameters } = (task.resolved ?? {}) as RunParameters & { job_id: number };
    const job = jobs.readJob(jobId);
    if (job === undefined) {
      endTask(task, { phase: 'FILE_MISSING', message: `Job ${jobId} does not exist.` });
      return;
    }
    const problem = findProblem(() => checkRunNow({ only: undefined, parameters }, job.settings));
    if (problem !== undefined) {
      endTask(task, { phase: 'SETTINGS_INVALID', message: problem });
      return;
    }
    tasks.setPhase(task.runId, 'RUNNING');
    onStart(task);
    const childRunId = runJob(job, { parameters, trigger: 'RUN_JOB_TASK' });
    tasks.setChild(task.runId, childRunId);
    // A job that runs as often as it may, and does not queue, skips its run at once.
    if (runs.readRun(childRunId)?.outcome !== null) this.endChild(childRunId);
  }
}

function summarise(iterations: readonly TaskRun[]): TaskEnd {
  const failed = iterations.filter(({ phase }) => !isFine(phase)).length;
  if (failed === 0) return { phase: 'SUCCESS', message: '' };
  return { phase: 'FAILED', message: `${failed} of ${iterations.length} iterations failed.` };
}

function findProblem(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function parseInputs(text: unknown): unknown[] | undefined {
  try {
    const inputs: unknown = JSON.parse(String(text));
    return Array.isArray(inputs) && inputs.length <= MAX_ITERATIONS ? inputs : undefined;
  } catch {
    return undefined;
  }
}
