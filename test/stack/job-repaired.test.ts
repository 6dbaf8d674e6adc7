import { WorkflowFailedError } from '@temporalio/client';
import { databricksRunName, dailyRunId } from '../../domain/names.ts';
import type { RunPipelineResult } from '../../domain/run.ts';
import { pinflow } from '../support/processes.ts';
import { listDatabricksRuns, useStackWithWorker, waitUntil } from '../support/running-stack.ts';

const date = '2026-11-20';
const stack = useStackWithWorker();

async function callDatabricks(method: 'GET' | 'POST', path: string, body?: object): Promise<Record<string, never>> {
  const { host, token } = stack().config.databricks;
  const answer = await fetch(`${host}/api/2.2/${path}`, {
    ...{ method, headers: { authorization: `Bearer ${token}` } },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Record<string, never>;
}

/** Starts a date and gives its Databricks run once that works. */
async function startDate(pipeline: string): Promise<{ workflowId: string; runId: number }> {
  const workflowId = dailyRunId({ pipeline, date });
  await pinflow('start', date, '--pipeline', pipeline, '--rows', '300');
  const find = async () => (await listDatabricksRuns(stack(), databricksRunName(workflowId, 'run-job')))[0];
  await waitUntil('the Spark job runs', async () => (await find())?.state.life_cycle_state === 'RUNNING', 180);
  return { workflowId, runId: (await find())?.run_id ?? 0 };
}

test('a date whose Databricks run failed is repaired: the same run, its failed tasks only, and an exact ledger', async () => {
  const { workflowId, runId } = await startDate('repaired');
  // What a person does in the workspace: to us the run has failed.
  await callDatabricks('POST', 'jobs/runs/cancel', { run_id: runId });
  const handle = stack().client.workflow.getHandle(workflowId);
  await expect(handle.result()).rejects.toThrow(WorkflowFailedError);

  const repaired = await pinflow('repair', date, '--pipeline', 'repaired');
  expect({ code: repaired.code, stderr: repaired.stderr }).toEqual({ code: 0, stderr: '' });
  const { ledger } = (await stack().client.workflow.getHandle(workflowId).result()) as RunPipelineResult;
  expect(ledger.pin).toMatchObject({ intended: 300, landed: 300, clean: 300, quarantined: 0, duplicate: 0 });
  expect(await listDatabricksRuns(stack(), databricksRunName(workflowId, 'run-job'))).toMatchObject([
    { run_id: runId, state: { life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' } },
  ]);
  const { repair_history: history } = await callDatabricks('GET', `jobs/runs/get?run_id=${runId}&include_history=true`);
  expect(history).toMatchObject([{ type: 'ORIGINAL' }, { type: 'REPAIR' }]);

  const again = await pinflow('repair', date, '--pipeline', 'repaired');
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining(`run "${workflowId}" has succeeded`)]);
});
