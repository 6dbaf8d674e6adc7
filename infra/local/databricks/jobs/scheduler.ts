import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Compute, NotebookEnd } from '../clusters/compute.ts';
import { findNotebook } from '../files/notebooks.ts';
import type { RunSpec } from './requests.ts';
import { decideRun, decideTask, isActive, type StopReason, TASK_FAILURE_MESSAGE, type TaskView } from './states.ts';
import type { Run, Store, TaskRun } from './store.ts';

export interface SchedulerOptions {
  readonly store: Store;
  readonly compute: Compute;
  /** Folder of the notebooks. */
  readonly notebooks: string;
  /** Folder that gets one folder per task run. */
  readonly outputs: string;
}

/** Longest delay that a timer of the runtime takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const STOP_MESSAGES = { CANCELED: 'Run cancelled.', TIMEDOUT: 'Run timed out.' } as const;

/** Moves runs from submitted to ended. What is on disk is the truth; memory holds only what can be stopped. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  /** Abort controllers of tasks that wait for a cluster or run on one, by task run id. */
  readonly #stoppable = new Map<number, AbortController>();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  #closed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#recover();
  }

  /** Writes a run down and starts it. No run has the token yet. */
  submit(spec: RunSpec, token: string | undefined): number {
    const runId = this.#options.store.createRun(spec, token);
    this.#setTimer(runId, spec.timeoutSeconds, () => this.#stopRun(runId, 'TIMEDOUT'));
    this.#advance(runId);
    return runId;
  }

  /** Asks for the end of a run or of one task run; it ends when its processes are gone. Nothing happens to an ended one. */
  cancel(run: Run, taskRunId?: number): void {
    if (run.outcome !== null) return;
    if (taskRunId === undefined) this.#stopRun(run.runId, 'CANCELED');
    else if (run.tasks.some(({ runId, phase }) => runId === taskRunId && phase === 'BLOCKED')) {
      this.#options.store.endTask(taskRunId, { phase: 'CANCELED', message: STOP_MESSAGES.CANCELED });
    } else this.#stopTask(taskRunId, 'CANCELED');
    this.#advance(run.runId);
  }

  /** Nothing is written to the store from now on: what is in flight is ended by the next start. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** Ends what a former process left in flight; its executors ended with it. */
  #recover(): void {
    const { store } = this.#options;
    const message = 'The server stopped while this was running.';
    for (const run of store.listRuns({ activeOnly: true, completedOnly: false, limit: -1 })) {
      for (const task of run.tasks.filter(({ phase }) => isActive(phase))) {
        if (task.phase === 'BLOCKED')
          store.endTask(task.runId, { phase: 'UPSTREAM_FAILED', message: 'Upstream task failed.' });
        else store.endTask(task.runId, { phase: 'SERVER_LOST', message });
      }
      store.endRun(run.runId, { phase: 'SERVER_LOST', message });
    }
  }

  /** Starts or ends every blocked task whose dependencies are done, then the run when nothing is left. */
  #advance(runId: number): void {
    const run = this.#options.store.readRun(runId);
    if (this.#closed || run === undefined || run.outcome !== null) return;
    let moved = false;
    for (const task of run.tasks.filter(({ phase }) => phase === 'BLOCKED')) {
      const dependencies = run.tasks.filter(({ spec }) => task.spec.dependsOn.includes(spec.key));
      const next = decideTask(dependencies.map(({ phase }) => phase));
      if (next === 'wait') continue;
      moved = true;
      if (next !== 'start') this.#options.store.endTask(task.runId, { phase: next, message: 'Upstream task failed.' });
      else if (run.stop !== null)
        this.#options.store.endTask(task.runId, { phase: run.stop, message: STOP_MESSAGES[run.stop] });
      else this.#startTask(run, task);
    }
    if (moved) this.#advance(runId);
    else if (!run.tasks.some(({ phase }) => isActive(phase))) this.#endRun(run);
  }

  #endRun(run: Run): void {
    this.#options.store.endRun(run.runId, decideRun(run.tasks.map(toView), run.stop));
    this.#clearTimer(run.runId);
  }

  #startTask(run: Run, { runId, spec }: TaskRun): void {
    const { store, compute, notebooks, outputs } = this.#options;
    store.setTaskPhase(runId, 'PENDING');
    const notebook = findNotebook(notebooks, spec.notebookPath);
    if (notebook === undefined) {
      const message = `Unable to access the notebook "${spec.notebookPath}". It does not exist.`;
      store.endTask(runId, { phase: 'NOTEBOOK_MISSING', message });
      return;
    }
    const output = join(outputs, String(runId));
    mkdirSync(output, { recursive: true });
    const controller = new AbortController();
    this.#stoppable.set(runId, controller);
    const onStart = (): void => {
      if (this.#closed) return;
      store.setTaskPhase(runId, 'RUNNING');
      this.#setTimer(runId, spec.timeoutSeconds, () => this.#stopTask(runId, 'TIMEDOUT'));
    };
    void compute
      .run(
        { cluster: spec.cluster, notebook, parameters: spec.parameters, output },
        { signal: controller.signal, onStart },
      )
      .then((end) => {
        this.#stoppable.delete(runId);
        this.#clearTimer(runId);
        if (this.#closed) return;
        this.#endTask(runId, end, controller.signal.reason as StopReason);
        this.#advance(run.runId);
      });
  }

  #endTask(taskRunId: number, end: NotebookEnd, reason: StopReason): void {
    const { store } = this.#options;
    if (end.kind === 'exited') store.endTask(taskRunId, { phase: 'SUCCESS', message: '', output: end });
    else if (end.kind === 'raised')
      store.endTask(taskRunId, { phase: 'FAILED', message: TASK_FAILURE_MESSAGE, output: end });
    else if (end.kind === 'lost') store.endTask(taskRunId, { phase: 'CLUSTER_LOST', message: end.message });
    else store.endTask(taskRunId, { phase: reason, message: STOP_MESSAGES[reason] });
  }

  #stopRun(runId: number, reason: StopReason): void {
    const run = this.#options.store.readRun(runId);
    if (run === undefined || run.outcome !== null || run.stop !== null) return;
    this.#options.store.setStop(runId, reason);
    for (const task of run.tasks) this.#stopTask(task.runId, reason);
  }

  #stopTask(taskRunId: number, reason: StopReason): void {
    const controller = this.#stoppable.get(taskRunId);
    if (controller === undefined || controller.signal.aborted) return;
    this.#options.store.setTaskPhase(taskRunId, 'TERMINATING');
    controller.abort(reason);
  }

  #setTimer(id: number, seconds: number, action: () => void): void {
    if (seconds > 0) this.#timers.set(id, setTimeout(action, Math.min(seconds * 1000, MAX_TIMER_MS)));
  }

  #clearTimer(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}

function toView({ spec, phase, message }: TaskRun): TaskView {
  return { key: spec.key, dependsOn: spec.dependsOn, phase, message };
}
