import type { Compute } from '../clusters/compute.ts';
import { chooseRepairs, type RepairRequest } from './choose-repairs.ts';
import { ControlTasks } from './control-tasks.ts';
import type { JobStore } from './job-store.ts';
import { type Job, latestAttempts, type Run, type RunTrigger, type TaskRun } from './model.ts';
import { resolveTask } from './resolve-task.ts';
import type { RunStore } from './run-store.ts';
import type { JobSettings, RunParameters } from './settings.ts';
import { decideRun, decideTask, isActive, isRepairable, type StopReason, stopEnd, type TaskView } from './states.ts';
import type { TaskRunner } from './task-runner.ts';
import type { TaskEnd, TaskStore } from './task-store.ts';
import { Timers } from './timers.ts';

export interface SchedulerOptions {
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly tasks: TaskStore;
  readonly runner: TaskRunner;
  readonly compute: Compute;
  /** The server's own URL. */
  readonly address: string;
}

export interface RunNowRequest {
  readonly parameters: RunParameters;
  /** The only tasks to run; undefined: all. */
  readonly only?: readonly string[] | undefined;
  /** Whether to wait for other runs of the job; undefined: as the job says. */
  readonly queue?: boolean | undefined;
  readonly token?: string | undefined;
  readonly trigger?: RunTrigger;
}

const SERVER_LOST = { phase: 'SERVER_LOST', message: 'The server stopped while this was running.' } as const;
const UPSTREAM_FAILED = { phase: 'UPSTREAM_FAILED', message: 'Upstream task failed.' } as const;
const CONCURRENCY_REACHED = {
  phase: 'CONCURRENCY_REACHED',
  message: 'The maximum number of concurrent runs of the job is reached.',
} as const;

/** Moves runs from submitted to ended. What is on disk is the truth; memory holds only what can be stopped. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #timers = new Timers();
  readonly #control: ControlTasks;
  /** Runs whose tasks have ended and whose clusters are being given back. */
  readonly #ending = new Set<number>();
  readonly #advancing = new Set<number>();
  #closed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#control = new ControlTasks({
      ...options,
      startTask: (run, task) => this.#startTask(run, task),
      stopTask: (task, reason) => this.#stopTask(task, reason),
      endTask: (task, end) => this.#endTask(task, end),
      onStart: (task) => this.#setTaskTimer(task),
      runJob: (job, request) => this.runNow(job, request),
      cancelRun: (run) => this.cancel(run),
    });
    this.#recover();
  }

  /** Writes a submitted run down and starts it. No run has the token yet. */
  submit(settings: JobSettings, token: string | undefined): number {
    const { runs } = this.#options;
    const runId = runs.createRun({
      ...{ jobId: undefined, trigger: 'ONE_TIME', settings, parameters: {}, token, queued: false },
    });
    this.#begin(runId);
    return runId;
  }

  /** Writes a run of a job down and starts, queues or skips it. No run has the token yet. */
  runNow({ jobId, settings }: Job, request: RunNowRequest): number {
    const { runs, tasks } = this.#options;
    const { parameters, only, token, trigger = 'ONE_TIME' } = request;
    const isFull = runs.countStarted(jobId) >= settings.max_concurrent_runs;
    const queued = isFull && settings.max_concurrent_runs > 0 && (request.queue ?? settings.queue?.enabled ?? false);
    const runId = runs.createRun({ jobId, trigger, settings, parameters, token, queued });
    if (isFull && !queued) {
      for (const { runId: taskRunId } of tasks.listActive(runId)) tasks.endTask(taskRunId, CONCURRENCY_REACHED);
      runs.endRun(runId, CONCURRENCY_REACHED);
      return runId;
    }
    for (const task of tasks.listActive(runId)) {
      if (only !== undefined && !only.includes(task.settings.task_key))
        tasks.endTask(task.runId, { phase: 'DISABLED', message: 'The run leaves this task out.' });
    }
    if (!queued) this.#begin(runId);
    return runId;
  }

  /**
   * Runs tasks of an ended run again, in the job's current settings and without its former parameters.
   * @throws ApiError when the run or the request does not allow it
   */
  repair(run: Run, request: RepairRequest & { readonly parameters: RunParameters }): number {
    const { jobs, runs, tasks } = this.#options;
    const chosen = chooseRepairs(run, request);
    const settings = (run.type === 'JOB_RUN' && jobs.readJob(run.jobId)?.settings) || run.settings;
    const repairId = runs.reopenRun({ runId: run.runId, settings, parameters: request.parameters });
    for (const task of chosen) {
      const current = settings.tasks.find(({ task_key: key }) => key === task.settings.task_key) ?? task.settings;
      tasks.createAttempt(task, { settings: current, phase: 'BLOCKED', retry: 0 });
    }
    this.#begin(run.runId);
    return repairId;
  }

  /** Asks for the end of a run or of one task run; it ends when its processes are gone. Nothing happens to an ended one. */
  cancel(run: Run, task?: TaskRun): void {
    if (run.outcome !== null) return;
    if (task !== undefined) this.#stopTask(task, 'CANCELED');
    else if (run.begunTime === null) this.#dropQueued(run.runId);
    else this.#stopRun(run.runId, 'CANCELED');
    this.#advance(run.runId);
  }

  /** Nothing is written to the store from now on: what is in flight is ended by the next start. */
  close(): void {
    this.#closed = true;
    this.#timers.clearAll();
  }

  /** Ends what a former process left in flight, whose executors ended with it; queued runs go on waiting. */
  #recover(): void {
    const { runs, tasks } = this.#options;
    for (const run of runs.listRuns({ activeOnly: true })) {
      if (run.begunTime === null) continue;
      for (const { runId, phase } of tasks.listActive(run.runId))
        tasks.endTask(runId, phase === 'BLOCKED' ? UPSTREAM_FAILED : SERVER_LOST);
      runs.endRun(run.runId, SERVER_LOST);
    }
    for (const runId of runs.listQueued()) this.#admit(runs.readRun(runId)?.jobId ?? 0);
  }

  #begin(runId: number): void {
    const seconds = this.#options.runs.readRun(runId)?.settings.timeout_seconds ?? 0;
    if (seconds > 0)
      this.#timers.set(runId, seconds * 1000, () => {
        this.#stopRun(runId, 'TIMEDOUT');
        this.#advance(runId);
      });
    this.#advance(runId);
  }

  /** Starts the oldest queued runs of a job as far as its limit allows. */
  #admit(jobId: number): void {
    const { jobs, runs } = this.#options;
    for (const runId of runs.listQueued(jobId)) {
      const settings = jobs.readJob(jobId)?.settings ?? runs.readRun(runId)?.settings;
      if (settings === undefined || runs.countStarted(jobId) >= settings.max_concurrent_runs) return;
      runs.leaveQueue(runId);
      this.#begin(runId);
    }
  }

  /** Not entered twice for one run: what a step changes on its way is seen by the next look. */
  #advance(runId: number): void {
    if (this.#advancing.has(runId)) return;
    this.#advancing.add(runId);
    while (this.#advanceOnce(runId));
    this.#advancing.delete(runId);
  }

  /** Starts or ends every blocked task whose dependencies are done, or the run when nothing is left; true: look again. */
  #advanceOnce(runId: number): boolean {
    const run = this.#options.runs.readRun(runId);
    if (this.#closed || run === undefined || run.outcome !== null || run.begunTime === null) return false;
    const latest = latestAttempts(run.tasks);
    let moved = false;
    for (const task of latest) {
      if (task.phase === 'BLOCKED') moved = this.#decide(run, task, latest) || moved;
      else if (isActive(task.phase)) moved = this.#control.advance(run, task) || moved;
    }
    if (!moved && latest.every(({ phase }) => !isActive(phase))) this.#endRun(runId);
    return moved;
  }

  #decide(run: Run, task: TaskRun, latest: readonly TaskRun[]): boolean {
    const dependencies = (task.settings.depends_on ?? []).flatMap(({ task_key: key, outcome }) => {
      const found = latest.find(({ settings }) => settings.task_key === key);
      return found === undefined ? [] : [{ ...found, requiredOutcome: outcome }];
    });
    const next = decideTask(task.settings.run_if, dependencies);
    if (next === 'wait') return false;
    const { tasks } = this.#options;
    if (next === 'EXCLUDED') tasks.endTask(task.runId, { phase: next, message: 'Run condition was not met.' });
    else if (next !== 'start') tasks.endTask(task.runId, { ...UPSTREAM_FAILED, phase: next });
    else if (run.stop !== null) tasks.endTask(task.runId, stopEnd(run.stop));
    else this.#startTask(run, task);
    return true;
  }

  #startTask(run: Run, blocked: TaskRun): void {
    const { tasks, runner, address } = this.#options;
    tasks.setPhase(blocked.runId, 'PENDING');
    const values = tasks.readValues(run.runId);
    const resolved = resolveTask({ run, task: blocked, values, address });
    tasks.setResolved(blocked.runId, resolved);
    const task = { ...blocked, resolved };
    if (this.#control.start(task)) return;
    runner.start(task, values, {
      onStart: () => {
        if (this.#closed) return;
        tasks.setPhase(task.runId, 'RUNNING');
        this.#setTaskTimer(task);
      },
      onEnd: (end) => this.#endTask(task, end),
    });
  }

  #setTaskTimer({ runId, settings }: TaskRun): void {
    if (settings.timeout_seconds === 0) return;
    this.#timers.set(runId, settings.timeout_seconds * 1000, () => {
      const task = this.#options.tasks.readTask(runId);
      if (task !== undefined) this.#stopTask(task, 'TIMEDOUT');
    });
  }

  #endTask(task: TaskRun, end: TaskEnd): void {
    if (this.#closed) return;
    const { tasks } = this.#options;
    this.#timers.clear(task.runId);
    tasks.endTask(task.runId, end);
    if (this.#mayRetry(task, end)) {
      const pause = task.settings.min_retry_interval_millis ?? 0;
      const phase = pause > 0 ? 'WAITING_FOR_RETRY' : 'BLOCKED';
      const next = tasks.createAttempt(task, { settings: task.settings, phase, retry: task.retry + 1 });
      if (pause > 0)
        this.#timers.set(next, pause, () => {
          tasks.setPhase(next, 'BLOCKED');
          this.#advance(task.parentId);
        });
    }
    this.#advance(task.parentId);
  }

  #mayRetry({ parentId, settings, retry }: TaskRun, { phase }: TaskEnd): boolean {
    const most = settings.max_retries ?? 0;
    if (!isRepairable(phase) || phase === 'CANCELED' || (most !== -1 && retry >= most)) return false;
    if (phase === 'TIMEDOUT' && settings.retry_on_timeout !== true) return false;
    return this.#options.runs.readRun(parentId)?.stop === null;
  }

  #endRun(runId: number): void {
    if (this.#ending.has(runId)) return;
    this.#ending.add(runId);
    // A cancelled run is over when nothing of its clusters is left, and not before.
    void this.#options.compute.release(runId).then(() => {
      this.#ending.delete(runId);
      const run = this.#options.runs.readRun(runId);
      if (this.#closed || run === undefined) return;
      this.#timers.clear(runId);
      this.#options.runs.endRun(runId, decideRun(latestAttempts(run.tasks).map(toView), run.stop));
      this.#control.endChild(runId);
      this.#admit(run.jobId);
    });
  }

  #dropQueued(runId: number): void {
    const { runs, tasks } = this.#options;
    for (const task of tasks.listActive(runId)) tasks.endTask(task.runId, stopEnd('CANCELED'));
    runs.endRun(runId, stopEnd('CANCELED'));
    this.#control.endChild(runId);
  }

  #stopRun(runId: number, reason: StopReason): void {
    const { runs, tasks } = this.#options;
    const run = runs.readRun(runId);
    if (this.#closed || run === undefined || run.outcome !== null || run.stop !== null) return;
    runs.setStop(runId, reason);
    for (const task of tasks.listActive(runId)) if (task.phase !== 'BLOCKED') this.#stopTask(task, reason);
  }

  /** What waits ends here and now; what runs ends when its processes, iterations or child run have. */
  #stopTask(task: TaskRun, reason: StopReason): void {
    const { tasks, runner } = this.#options;
    if (this.#closed || !isActive(task.phase)) return;
    if (task.phase === 'BLOCKED' || task.phase === 'WAITING_FOR_RETRY') this.#endTask(task, stopEnd(reason));
    else if (runner.stop(task.runId, reason)) tasks.setPhase(task.runId, 'TERMINATING');
    else if (this.#control.stop(task, reason)) tasks.setPhase(task.runId, 'TERMINATING');
  }
}

function toView({ settings, phase, message }: TaskRun): TaskView {
  const dependsOn = (settings.depends_on ?? []).map(({ task_key: key }) => key);
  return { key: settings.task_key, dependsOn, phase, message };
}
