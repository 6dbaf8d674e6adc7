import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Config } from '../../config/schema.ts';
import { PinflowError } from '../../domain/errors.ts';
import type { RunPipelineInput } from '../../domain/run.ts';
import { connectClient } from '../connect.ts';
import { checkRun } from '../start-run.ts';

/** Cancels the run of a date and waits until it has ended and with it its Databricks run (I5). */
export async function cancelRun(config: Config, input: RunPipelineInput): Promise<void> {
  const { workflowId } = checkRun(input);
  const client = await connectClient(config.temporal);
  const handle = client.workflow.getHandle(workflowId);
  try {
    await handle.cancel();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new PinflowError('RUN_UNKNOWN', `no active run "${workflowId}" is known`);
  }
  await handle.result().catch((error: unknown) => {
    if (!(error instanceof WorkflowFailedError)) throw error;
  });
  const { status } = await handle.describe();
  console.log(`${workflowId}: ${status.name.toLowerCase()}`);
  await client.connection.close();
}
