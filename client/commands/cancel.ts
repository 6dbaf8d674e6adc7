import { WorkflowFailedError } from '@temporalio/client';
import type { Config } from '../../config/schema.ts';
import { checkRun } from '../../domain/daily-start.ts';
import type { RunPipelineInput } from '../../domain/run.ts';
import { connectClient } from '../connect.ts';
import { rejectUnknownRun } from '../reject-unknown-run.ts';

/** Cancels the run of a date and waits until it has ended and with it its Databricks run (I5). */
export async function cancelRun(config: Config, input: RunPipelineInput): Promise<void> {
  const { workflowId } = checkRun(input);
  const client = await connectClient(config.temporal);
  const handle = client.workflow.getHandle(workflowId);
  await handle.cancel().catch(rejectUnknownRun(`active run "${workflowId}"`));
  await handle.result().catch((error: unknown) => {
    if (!(error instanceof WorkflowFailedError)) throw error;
  });
  const { status } = await handle.describe();
  console.log(`${workflowId}: ${status.name.toLowerCase()}`);
  await client.connection.close();
}
