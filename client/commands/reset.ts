import type { Client } from '@temporalio/client';
import type { Config } from '../../config/schema.ts';
import { PinflowError } from '../../domain/errors.ts';
import { findPipelineProblems } from '../../domain/names.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { resetPipeline as resetPipelineWorkflow } from '../../workflows/reset-pipeline.ts';
import { connectClient } from '../connect.ts';
import { refuseInput } from '../refuse-input.ts';

/** Empties a pipeline of the local stack: topics, objects, tables, then the record of its runs. */
export async function resetPipeline(config: Config, pipeline: string): Promise<void> {
  refuseInput(findPipelineProblems(pipeline));
  const client = await connectClient(config.temporal);
  const [active] = await listRuns(client, `PinflowPipeline = "${pipeline}" AND ExecutionStatus = "Running"`);
  if (active !== undefined) throw new PinflowError('RESET_REFUSED', `run "${active.workflowId}" is active`);
  const { objects } = await client.workflow.execute(resetPipelineWorkflow, {
    workflowId: `reset-${pipeline}`,
    taskQueue: TASK_QUEUE,
    args: [pipeline],
  });
  const runs = await listRuns(client, `PinflowPipeline = "${pipeline}"`);
  for (const workflowExecution of runs) {
    await client.workflowService.deleteWorkflowExecution({ namespace: config.temporal.namespace, workflowExecution });
  }
  await untilGone(client, runs);
  console.log(`pipeline ${pipeline} is empty: ${objects} objects and ${runs.length} runs deleted`);
  await client.connection.close();
}

async function listRuns(client: Client, query: string): Promise<{ workflowId: string; runId: string }[]> {
  const runs = [];
  for await (const { workflowId, runId } of client.workflow.list({ query })) runs.push({ workflowId, runId });
  return runs;
}

/** Deletion is a task of the server's own; a run that is still there would be taken for the finished one. */
async function untilGone(client: Client, runs: readonly { workflowId: string; runId: string }[]): Promise<void> {
  for (const { workflowId, runId } of runs) {
    const handle = client.workflow.getHandle(workflowId, runId);
    while (
      await handle.describe().then(
        () => true,
        () => false,
      )
    )
      await new Promise((again) => setTimeout(again, 100));
  }
}
