import { type Client, type ScheduleExecutionResult, WorkflowNotFoundError } from '@temporalio/client';
import type { Config } from '../../config/schema.ts';
import { findPipelineProblems } from '../../domain/names.ts';
import { formatInstant } from '../../domain/instants.ts';
import type { dispatchDaily } from '../../workflows/dispatch-daily.ts';
import { connectClient } from '../connect.ts';
import { findSchedule } from '../find-schedule.ts';
import { refuseInput } from '../refuse-input.ts';
import { formatTable } from '../format-table.ts';
import { tellSchedule } from '../tell-schedule.ts';

/** Prints when dates are due, and what became of the last ones. */
export async function describeSchedule(config: Config, pipeline: string): Promise<void> {
  refuseInput(findPipelineProblems(pipeline));
  const client = await connectClient(config.temporal);
  const { handle, description } = await findSchedule(client, pipeline);
  const { recentActions, numActionsMissedCatchupWindow: missed, numActionsSkippedOverlap: skipped } = description.info;
  console.log(handle.scheduleId);
  for (const line of tellSchedule(description)) console.log(line);
  const traced = await Promise.all(recentActions.map((action) => traceDispatch(client, action)));
  const started = traced.length === 0 ? ['no date was started yet'] : formatTable(['was due', 'run', 'state'], traced);
  for (const line of ['', ...started]) console.log(line);
  console.log(`\nnot started because an outage was too long: ${missed}; because too many waited: ${skipped}`);
  await client.connection.close();
}

/** What the start of one date has led to: when it was due, its run, and how far that is. */
async function traceDispatch(client: Client, { scheduledAt, action }: ScheduleExecutionResult): Promise<string[]> {
  const { workflowId, firstExecutionRunId } = action.workflow;
  const due = formatInstant(scheduledAt);
  const dispatch = client.workflow.getHandle<typeof dispatchDaily>(workflowId, firstExecutionRunId);
  const dispatched = await readState(client, workflowId, firstExecutionRunId);
  if (dispatched !== 'completed') return [due, '', `${workflowId}: ${dispatched}`];
  const run = await dispatch.result();
  return [due, run.workflowId, await readState(client, run.workflowId)];
}

async function readState(client: Client, workflowId: string, runId?: string): Promise<string> {
  try {
    const { status, typedSearchAttributes } = await client.workflow.getHandle(workflowId, runId).describe();
    const isLate = typedSearchAttributes.get({ name: 'PinflowLate', type: 'BOOL' }) === true;
    return `${status.name.toLowerCase()}${isLate ? ', late' : ''}`;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return 'not kept any more';
  }
}
