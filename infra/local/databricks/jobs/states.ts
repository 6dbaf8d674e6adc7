/** The life of runs and task runs as pure functions, and both forms in which the API tells it. */

/** Phases in which something may still happen. */
export const ACTIVE_PHASES = ['BLOCKED', 'PENDING', 'RUNNING', 'TERMINATING'] as const;
export type ActivePhase = (typeof ACTIVE_PHASES)[number];

/**
 * Every way to end: old form (life cycle, result), new form (type, code). A run with a failed task is INTERNAL_ERROR in
 * the old form, as on the platform. The type of USER_CANCELED is documented nowhere; CLIENT_ERROR is our choice.
 */
const OUTCOMES = {
  SUCCESS: ['TERMINATED', 'SUCCESS', 'SUCCESS', 'SUCCESS'],
  SUCCESS_WITH_FAILURES: ['TERMINATED', 'SUCCESS_WITH_FAILURES', 'SUCCESS', 'SUCCESS_WITH_FAILURES'],
  FAILED: ['TERMINATED', 'FAILED', 'CLIENT_ERROR', 'RUN_EXECUTION_ERROR'],
  TASK_FAILED: ['INTERNAL_ERROR', 'FAILED', 'CLIENT_ERROR', 'RUN_EXECUTION_ERROR'],
  TIMEDOUT: ['TERMINATED', 'TIMEDOUT', 'CLIENT_ERROR', 'CANCELED'],
  CANCELED: ['TERMINATED', 'CANCELED', 'CLIENT_ERROR', 'USER_CANCELED'],
  UPSTREAM_FAILED: ['TERMINATED', 'UPSTREAM_FAILED', 'CLIENT_ERROR', 'SKIPPED'],
  UPSTREAM_CANCELED: ['TERMINATED', 'UPSTREAM_CANCELED', 'CLIENT_ERROR', 'SKIPPED'],
  NOTEBOOK_MISSING: ['INTERNAL_ERROR', 'FAILED', 'CLIENT_ERROR', 'RESOURCE_NOT_FOUND'],
  CLUSTER_LOST: ['INTERNAL_ERROR', 'FAILED', 'CLOUD_FAILURE', 'CLUSTER_ERROR'],
  SERVER_LOST: ['INTERNAL_ERROR', 'FAILED', 'INTERNAL_ERROR', 'INTERNAL_ERROR'],
} as const;
export type Outcome = keyof typeof OUTCOMES;
export type Phase = ActivePhase | Outcome;
/** Why a run or a task is being stopped from outside. */
export type StopReason = 'CANCELED' | 'TIMEDOUT';

export const TASK_FAILURE_MESSAGE = 'Workload failed, see run output for details';

/** What deciding needs to know of a task. */
export interface TaskView {
  readonly key: string;
  readonly dependsOn: readonly string[];
  readonly phase: Phase;
  readonly message: string;
}

export function isActive(phase: Phase): phase is ActivePhase {
  return ACTIVE_PHASES.some((active) => active === phase);
}

/** What becomes of a blocked task whose dependencies are in these phases (`run_if` ALL_SUCCESS). */
export function decideTask(dependencies: readonly Phase[]): 'wait' | 'start' | Outcome {
  if (dependencies.some(isActive)) return 'wait';
  if (dependencies.every((phase) => phase === 'SUCCESS')) return 'start';
  return dependencies.every((phase) => phase === 'SUCCESS' || isCancelled(phase))
    ? 'UPSTREAM_CANCELED'
    : 'UPSTREAM_FAILED';
}

/** Phase of a run of which some task is still active. */
export function decideActivePhase(tasks: readonly TaskView[], stop: StopReason | null): ActivePhase {
  if (stop !== null) return 'TERMINATING';
  return tasks.every(({ phase }) => phase === 'BLOCKED' || phase === 'PENDING') ? 'PENDING' : 'RUNNING';
}

/** Outcome of a run whose tasks have all ended. The leaves decide; a stop counts only when it stopped something. */
export function decideRun(
  tasks: readonly TaskView[],
  stop: StopReason | null,
): { readonly phase: Outcome; readonly message: string } {
  const unfinished = tasks.filter(({ phase }) => phase !== 'SUCCESS');
  if (stop === 'TIMEDOUT' && unfinished.length > 0) return { phase: stop, message: 'Run timed out.' };
  if (stop === 'CANCELED' && tasks.some(({ phase }) => isCancelled(phase)))
    return { phase: stop, message: 'Run cancelled.' };
  if (unfinished.length === 0) return { phase: 'SUCCESS', message: '' };
  const leaves = tasks.filter(({ key }) => !tasks.some(({ dependsOn }) => dependsOn.includes(key)));
  if (leaves.every(({ phase }) => phase === 'SUCCESS')) return { phase: 'SUCCESS_WITH_FAILURES', message: '' };
  const failed = unfinished.find(({ phase }) => !isCancelled(phase) && phase !== 'UPSTREAM_FAILED');
  if (failed === undefined) return { phase: 'CANCELED', message: 'Run cancelled.' };
  const skipped = tasks.some(({ phase }) => phase === 'UPSTREAM_FAILED');
  const message = `Task ${failed.key} failed with message: ${failed.message.replace(/\.$/, '')}.`;
  return {
    phase:
      failed.phase === 'FAILED' || failed.phase === 'TIMEDOUT' || isActive(failed.phase) ? 'TASK_FAILED' : failed.phase,
    message: skipped ? `${message} This caused all downstream tasks to get skipped.` : message,
  };
}

/** The deprecated `state`, which every waiter polls, and the newer `status`. */
export function describePhase(phase: Phase, message: string): { readonly state: object; readonly status: object } {
  if (isActive(phase)) {
    const state = { life_cycle_state: phase, state_message: message, user_cancelled_or_timedout: false };
    return { state, status: { state: phase } };
  }
  const [lifeCycle, result, type, code] = OUTCOMES[phase];
  return {
    state: {
      life_cycle_state: lifeCycle,
      result_state: result,
      state_message: message,
      user_cancelled_or_timedout: phase === 'CANCELED' || phase === 'TIMEDOUT',
    },
    status: { state: 'TERMINATED', termination_details: { type, code, message } },
  };
}

function isCancelled(phase: Phase): boolean {
  return phase === 'CANCELED' || phase === 'UPSTREAM_CANCELED';
}
