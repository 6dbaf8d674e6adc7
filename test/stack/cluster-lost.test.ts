import { databricksRunName, dailyRunId } from '../../domain/names.ts';
import { pinflow } from '../support/processes.ts';
import { listDatabricksRuns, waitUntil, useStackWithWorker } from '../support/running-stack.ts';

const run = { pipeline: 'cluster-lost', date: '2026-11-20' };

const stack = useStackWithWorker();

test('a run whose cluster dies under its Spark job submits the job again and ends with an exact ledger', async () => {
  const workflowId = dailyRunId(run);
  const runs = () => listDatabricksRuns(stack(), databricksRunName(workflowId, 'run-job'));
  await pinflow('start', run.date, '--pipeline', run.pipeline, '--rows', '300');
  await waitUntil('the Spark job runs', async () => (await runs())[0]?.state.life_cycle_state === 'RUNNING', 180);

  const { databricks } = stack().config;
  const restarted = await fetch(`${databricks.host}/api/2.1/clusters/restart`, {
    method: 'POST',
    headers: { authorization: `Bearer ${databricks.token}` },
    body: JSON.stringify({ cluster_id: databricks.cluster }),
  });
  expect(restarted.status).toBe(200);

  const result = (await stack().client.workflow.getHandle(workflowId).result()) as { ledger: Record<string, object> };
  expect(result.ledger['pin']).toMatchObject({ landed: 300, clean: 300, quarantined: 0, duplicate: 0 });
  expect((await runs()).map(({ state }) => state)).toMatchObject([
    { life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' },
    { life_cycle_state: 'INTERNAL_ERROR', result_state: 'FAILED' },
  ]);
});
