import type { Client } from '@temporalio/client';
import type { Config } from '../../config/schema.ts';
import { PinflowError } from '../../domain/errors.ts';
import { dailyRunId, isLogicalDate, parseDailyRunId } from '../../domain/names.ts';
import { planRun, type RunPipelineInput } from '../../domain/run.ts';
import { connectClient } from '../connect.ts';
import { readWorkflowInput } from '../read-workflow-input.ts';
import { rejectUnknownRun } from '../reject-unknown-run.ts';
import { startRun } from '../start-run.ts';
import { followRun } from './run.ts';

/** Begins a date that has failed again with the input it had, and of its Databricks run only what had failed. */
export async function repair(config: Config, what: string, pipeline: string): Promise<void> {
  const workflowId = isLogicalDate(what) ? dailyRunId({ pipeline, date: what }) : what;
  if (parseDailyRunId(workflowId) === undefined)
    throw new PinflowError('INPUT_INVALID', `expected a date or the id of a daily run, got "${what}"`);
  const client = await connectClient(config.temporal);
  const input = { ...(await readFailedInput(client, workflowId)), repair: true };
  const checked = planRun(workflowId, input);
  if ('problems' in checked) throw new PinflowError('INPUT_INVALID', checked.problems.join('; '));
  await followRun({ config, plan: checked.plan, start: await startRun(client, input, checked.plan) });
  await client.connection.close();
}

async function readFailedInput(client: Client, workflowId: string): Promise<RunPipelineInput> {
  const handle = client.workflow.getHandle(workflowId);
  const { status } = await handle.describe().catch(rejectUnknownRun(`run "${workflowId}"`));
  if (status.name === 'RUNNING' || status.name === 'COMPLETED') {
    const why = status.name === 'RUNNING' ? 'is active' : 'has succeeded';
    throw new PinflowError('REPAIR_REFUSED', `run "${workflowId}" ${why}`);
  }
  const input = await readWorkflowInput<RunPipelineInput>(client, workflowId);
  if (input === undefined) throw new PinflowError('REPAIR_REFUSED', `run "${workflowId}" was started without an input`);
  return input;
}
