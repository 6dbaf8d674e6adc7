import type { RunIf } from './settings.ts';

/** The life of runs and task runs as pure functions, and both forms in which the API tells it. */

/** Phases in which something may still happen. Only runs are queued, only task runs wait for a retry. */
export const ACTIVE_PHASES = ['QUEUED', 'BLOCKED', 'PENDING', 'RUNNING', 'TERMINATING', 'WAITING_FOR_RETRY'] as const;
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
  EXCLUDED: ['TERMINATED', 'EXCLUDED', 'SUCCESS', 'SKIPPED'],
  DISABLED: ['SKIPPED', 'DISABLED', 'SUCCESS', 'DISABLED'],
  CONCURRENCY_REACHED: ['SKIPPED', 'MAXIMUM_CONCURRENT_RUNS_REACHED', 'CLIENT_ERROR', 'MAX_CONCURRENT_RUNS_EXCEEDED'],
  SETTINGS_INVALID: ['INTERNAL_ERROR', 'FAILED', 'CLIENT_ERROR', 'INVALID_RUN_CONFIGURATION'],
  FILE_MISSING: ['INTERNAL_ERROR', 'FAILED', 'CLIENT_ERROR', 'RESOURCE_NOT_FOUND'],
  CLUSTER_LOST: ['INTERNAL_ERROR', 'FAILED', 'CLOUD_FAILURE', 'CLUSTER_ERROR'],
  SERVER_LOST: ['INTERNAL_ERROR', 'FAILED', 'INTERNAL_ERROR', 'INTERNAL_ERROR'],
} as const;
export type Outcome = keyof typeof OUTCOMES;
export type Phase = ActivePhase | Outcome;
/** Why a run or a task is being stopped from outside. */
export type StopReason = 'CANCELED' | 'TIMEDOUT';

const STOP_MESSAGES = { CANCELED: 'Run cancelled.', TIMEDOUT: 'Run timed out.' } as const;

/** How something that was stopped ends. */
export function stopEnd(reason: StopReason): { readonly phase: StopReason; readonly message: string } {
  return { phase: reason, message: STOP_MESSAGES[reason] };
}

/** What deciding about a run needs to know of a task's latest attempt. */
export interface TaskView {
  readonly key: string;
  readonly dependsOn: readonly string[];
  readonly phase: Phase;
  readonly message: string;
}

/** What deciding about a task needs to know of one task it depends on. */
export interface Dependency {
  readonly phase: Phase;
  /** What a condition task decided. */
  readonly conditionOutcome: string | null;
  /** The decision that this dependency is about; undefined: any. */
  readonly requiredOutcome: string | undefined;
}

export function isActive(phase: Phase): phase is ActivePhase {
  return ACTIVE_PHASES.some((active) => active === phase);
}

/** Ended well, as far as the tasks behind are concerned. */
export function isFine(phase: Phase): boolean {
  return ['SUCCESS', 'SUCCESS_WITH_FAILURES', 'EXCLUDED', 'DISABLED'].includes(phase);
}

/** Ended badly, so that a repair has to run it again. */
export function isRepairable(phase: Phase): boolean {
  return !isActive(phase) && !isFine(phase);
}

/** What becomes of a blocked task whose dependencies are in these states. */
export function decideTask(runIf: RunIf, all: readonly Dependency[]): 'wait' | 'start' | Outcome {
  if (all.some(({ phase }) => isActive(phase))) return 'wait';
  // A run may leave tasks out (`only`); what depends on them runs as if they did not exist.
  const dependencies = all.filter(({ phase }) => phase !== 'DISABLED').map(settleBranch);
  if (dependencies.length === 0) return 'start';
  if (dependencies.every((phase) => phase === 'EXCLUDED')) return 'EXCLUDED';
  const failed = dependencies.filter((phase) => !isFine(phase));
  const isMet = {
    ALL_SUCCESS: failed.length === 0,
    NONE_FAILED: failed.length === 0,
    AT_LEAST_ONE_SUCCESS: failed.length < dependencies.length,
    ALL_DONE: true,
    AT_LEAST_ONE_FAILED: failed.length > 0,
    ALL_FAILED: failed.length === dependencies.length,
  }[runIf];
  if (isMet) return 'start';
  if (runIf === 'AT_LEAST_ONE_FAILED' || runIf === 'ALL_FAILED') return 'EXCLUDED';
  return failed.every(isCancelled) ? 'UPSTREAM_CANCELED' : 'UPSTREAM_FAILED';
}

/** The branch that a condition task did not take counts as excluded. */
function settleBranch({ phase, conditionOutcome, requiredOutcome }: Dependency): Phase {
  return phase === 'SUCCESS' && requiredOutcome !== undefined && requiredOutcome !== conditionOutcome
    ? 'EXCLUDED'
    : phase;
}

/** Phase of a run whose tasks are in these phases, some of them active. */
export function decideActivePhase(phases: readonly Phase[], stop: StopReason | null): ActivePhase {
  if (stop !== null) return 'TERMINATING';
  return phases.every((phase) => ['BLOCKED', 'PENDING', 'DISABLED'].includes(phase)) ? 'PENDING' : 'RUNNING';
}

/** Outcome of a run whose tasks have all ended. The leaves decide; a stop counts only when it stopped something. */
export function decideRun(
  all: readonly TaskView[],
  stop: StopReason | null,
): { readonly phase: Outcome; readonly message: string } {
  const tasks = all.filter(({ phase }) => phase !== 'DISABLED');
  const unfinished = tasks.filter(({ phase }) => !isFine(phase));
  if (stop === 'TIMEDOUT' && unfinished.length > 0) return stopEnd(stop);
  if (stop === 'CANCELED' && tasks.some(({ phase }) => isCancelled(phase))) return stopEnd(stop);
  if (unfinished.length === 0 && tasks.every(({ phase }) => phase !== 'SUCCESS_WITH_FAILURES'))
    return { phase: 'SUCCESS', message: '' };
  const leaves = tasks.filter(({ key }) => !tasks.some(({ dependsOn }) => dependsOn.includes(key)));
  if (leaves.every(({ phase }) => isFine(phase))) return { phase: 'SUCCESS_WITH_FAILURES', message: '' };
  const failed = unfinished.find(({ phase }) => !isCancelled(phase) && phase !== 'UPSTREAM_FAILED');
  if (failed === undefined) return stopEnd('CANCELED');
  const skipped = tasks.some(({ phase }) => phase === 'UPSTREAM_FAILED');
  const message = `Task ${failed.key} failed with message: ${failed.message.replace(/\.$/, '')}.`;
  return {
    phase:
      failed.phase === 'FAILED' || failed.phase === 'TIMEDOUT' || isActive(failed.phase) ? 'TASK_FAILED' : failed.phase,
    message: skipped ? `${message} This caused all downstream tasks to get skipped.` : message,
  };
}

/** The words of the old form, which references and waiters use. */
export function resultStateOf(outcome: Outcome): string {
  return OUTCOMES[outcome][1];
}

const QUEUE_MESSAGE = 'Run is waiting because the maximum number of concurrent runs of its job is reached.';

/** The deprecated `state`, which every waiter polls, and the newer `status`. */
export function describePhase(phase: Phase, message: string): { readonly state: object; readonly status: object } {
  if (isActive(phase)) {
    const queued = phase === 'QUEUED';
    const state = {
      life_cycle_state: phase,
      state_message: message,
      user_cancelled_or_timedout: false,
      ...(queued && { queue_reason: QUEUE_MESSAGE }),
    };
    const details = { code: 'MAX_CONCURRENT_RUNS_REACHED', message: QUEUE_MESSAGE };
    return {
      state,
      status: { state: phase === 'WAITING_FOR_RETRY' ? 'WAITING' : phase, ...(queued && { queue_details: details }) },
    };
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
