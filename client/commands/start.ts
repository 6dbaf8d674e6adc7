import type { Config } from '../../config/schema.ts';
import { checkRun } from '../../domain/daily-start.ts';
import { temporalPage } from '../../domain/names.ts';
import type { RunPipelineInput } from '../../domain/run.ts';
import { connectClient } from '../connect.ts';
import { startRun } from '../start-run.ts';

/** Starts a date, or attaches to its run, and returns at once. */
export async function start(config: Config, input: RunPipelineInput): Promise<void> {
  const plan = checkRun(input);
  const client = await connectClient(config.temporal);
  const { outcome, runId } = await startRun(client, input, plan);
  const page = temporalPage(config.temporal, plan.workflowId);
  console.log(`${plan.workflowId}: ${outcome}, run ${runId}${page === undefined ? '' : `, ${page}`}`);
  await client.connection.close();
}
