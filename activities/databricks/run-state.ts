import type { DatabricksRunState } from '../ports.ts';

/** The older and the newer form in which the API tells the state of a run or a task. Either may be missing. */
export interface ReportedState {
  readonly state?: {
    readonly life_cycle_state?: string;
    readonly result_state?: string;
    readonly state_message?: string;
  };
  readonly status?: {
    readonly state?: string;
    readonly termination_details?: { readonly type?: string; readonly code?: string; readonly message?: string };
  };
}

const ENDED = ['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR'];
/** Of the older form. In the newer one CANCELED means out of time, and a person's cancel has a word of its own. */
const CANCELLED = ['CANCELED', 'UPSTREAM_CANCELED'];
/** Types of an end that Databricks itself, or the cloud below it, is to blame for. */
const OUTAGES = ['CLOUD_FAILURE', 'INTERNAL_ERROR'];

/**
 * What became of a run, whatever words the API uses: an unknown life cycle is not an end, an unknown end is not a
 * success. README.md has the table of all known words.
 */
export function toRunState(run: ReportedState, tasks: readonly ReportedState[]): DatabricksRunState {
  const lifeCycle = run.state?.life_cycle_state ?? run.status?.state ?? 'UNKNOWN';
  if (!ENDED.includes(lifeCycle)) return { state: 'active', lifeCycle };
  const { type, code, message } = run.status?.termination_details ?? {};
  const oldResult = run.state?.result_state;
  const result = oldResult ?? code ?? 'no result';
  if (lifeCycle === 'TERMINATED' && result === 'SUCCESS') return { state: 'succeeded' };
  if (oldResult === undefined ? code === 'USER_CANCELED' : CANCELLED.includes(oldResult)) return { state: 'cancelled' };
  const reason = `${lifeCycle}/${result}: ${run.state?.state_message || message || 'no message'}`;
  // INTERNAL_ERROR as a life cycle says nothing by itself: a run whose notebook failed has it, too.
  const isOutage = type === undefined ? lifeCycle === 'INTERNAL_ERROR' : OUTAGES.includes(type);
  return { state: isOutage && !tasks.some(failedByItself) ? 'lost' : 'failed', reason };
}

function failedByItself({ state, status }: ReportedState): boolean {
  const { type, code } = status?.termination_details ?? {};
  if (type !== undefined) return code === 'RUN_EXECUTION_ERROR';
  return state?.life_cycle_state === 'TERMINATED' && ['FAILED', 'TIMEDOUT'].includes(state.result_state ?? '');
}
