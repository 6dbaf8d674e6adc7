import { type Client, type WorkflowHandle, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { PinflowError } from '../domain/errors.ts';
import { dailyRunId } from '../domain/names.ts';
import {
  DEFAULT_PIPELINE,
  formatSource,
  planRun,
  type RunPipelineInput,
  type RunPlan,
  TASK_QUEUE,
} from '../domain/run.ts';
import { runPipeline } from '../workflows/run-pipeline.ts';

export type RunHandle = WorkflowHandle<typeof runPipeline>;

/** What a start met: nothing, so a run began; a run on its way; or one that had succeeded. */
export type StartOutcome = 'started' | 'attached' | 'finished';

export interface StartedRun {
  readonly handle: RunHandle;
  readonly outcome: StartOutcome;
}

/** Checks an input as the workflow itself will. @throws PinflowError INPUT_INVALID naming every bad field */
export function checkRun(input: RunPipelineInput): RunPlan {
  const { pipeline = DEFAULT_PIPELINE, date } = input;
  const checked = planRun(dailyRunId({ pipeline, date }), input);
  if ('problems' in checked) throw new PinflowError('INPUT_INVALID', checked.problems.join('; '));
  return checked.plan;
}

/**
 * Starts a date, or attaches to its run (I4). The policies are the same from everywhere: a date that runs is joined, one
 * that succeeded stays, one that failed begins again.
 */
export async function startRun(client: Client, input: RunPipelineInput, plan: RunPlan): Promise<StartedRun> {
  const { workflowId, pipeline, date, source, order } = plan;
  try {
    const before = await client.workflow
      .getHandle(workflowId)
      .describe()
      .catch(() => undefined);
    const handle = await client.workflow.start(runPipeline, {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [input],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `${pipeline} ${date}`,
      staticDetails: `Daily run of **${pipeline}** for ${date}, source ${formatSource(source)}, order ${order}.`,
    });
    return { handle, outcome: before?.runId === handle.firstExecutionRunId ? 'attached' : 'started' };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { handle: client.workflow.getHandle<typeof runPipeline>(workflowId), outcome: 'finished' };
  }
}
