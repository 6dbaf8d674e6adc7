import { type Client, type WorkflowHandle, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { describeDailyStart, type StartOutcome } from '../domain/daily-start.ts';
import type { RunPipelineInput, RunPlan } from '../domain/run.ts';
import type { runPipeline } from '../workflows/run-pipeline.ts';

export type RunHandle = WorkflowHandle<typeof runPipeline>;

export interface StartedRun {
  readonly handle: RunHandle;
  readonly runId: string;
  readonly outcome: StartOutcome;
}

/** Starts a date, or attaches to its run (I4). */
export async function startRun(client: Client, input: RunPipelineInput, plan: RunPlan): Promise<StartedRun> {
  const { workflowType, ...start } = describeDailyStart(input, plan);
  const existing = client.workflow.getHandle<typeof runPipeline>(plan.workflowId);
  try {
    const before = await existing.describe().catch(() => undefined);
    const handle = await client.workflow.start<typeof runPipeline>(workflowType, start);
    const runId = handle.firstExecutionRunId;
    return { handle, runId, outcome: before?.runId === runId ? 'attached' : 'started' };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { runId } = await existing.describe();
    return { handle: existing, runId, outcome: 'finished' };
  }
}
