import { workflowInfo } from '@temporalio/workflow';
import { type DailyRunRef, describeDueRun, type DispatchInput } from '../domain/daily-start.ts';
import { PinflowError } from '../domain/errors.ts';
import type { RunPipelineInput } from '../domain/run.ts';
import { failWorkflow } from './fail-workflow.ts';
import { quick } from './proxies.ts';

/** When the schedule wanted this workflow to start; Temporal sets it. Whenever it really starts, the date stays the same. */
const SCHEDULED_TIME = { name: 'TemporalScheduledStartTime', type: 'DATETIME' } as const;

/**
 * The action of a schedule: starts the run of the date that is due, or finds the one that somebody else has started (I4).
 * A schedule cannot start that run itself, because it appends the time to every id. Neither does this workflow wait for
 * the run, nor could the run be its child: a child cannot be one that runs already.
 */
export async function dispatchDaily(input: DispatchInput = {}): Promise<DailyRunRef> {
  const due = workflowInfo().typedSearchAttributes.get(SCHEDULED_TIME);
  if (due === undefined)
    throw failWorkflow(
      'INPUT_INVALID',
      `workflow "${workflowInfo().workflowId}" was started without a schedule, so it has no logical date`,
    );
  return quick.startDaily(readInput(input, due));
}

/** An error of the table is none that a workflow may throw. */
function readInput(input: DispatchInput, due: Date): RunPipelineInput {
  try {
    return describeDueRun(input, due);
  } catch (error) {
    throw error instanceof PinflowError ? failWorkflow(error.code, error.message) : error;
  }
}
