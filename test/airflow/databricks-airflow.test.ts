import { join } from 'node:path';
import type { jobs } from '@databricks/sdk';
import { RealServer } from '../infra/local/databricks/real-server.ts';
import { Airflow } from './strangers/airflow.ts';

/** Check 35: the Databricks provider of Airflow, as it is, in a real Airflow, against the double. */

const DAG = 'databricks_operators';
let server: RealServer;
let airflow: Airflow;
let tasks: Record<string, string>;
let runs: jobs.Run[];

beforeAll(async () => {
  server = await RealServer.start();
  const notebook_task = { notebook_path: '/Shared/pinflow/returns' };
  await server.post('2.2/jobs/create', {
    name: 'for-airflow',
    tasks: [{ task_key: 'only', existing_cluster_id: 'local', notebook_task }],
    parameters: [{ name: 'given', default: 'nothing' }],
  });
  const { hostname: host, port } = new URL(server.address);
  airflow = await Airflow.start({
    home: join(server.folder, 'airflow'),
    dags: [`test/airflow/strangers/${DAG}.py`],
    connections: {
      databricks_default: { conn_type: 'databricks', host, schema: 'http', port: Number(port), password: 'token' },
    },
  });
  await airflow.runDag(DAG);
  tasks = await airflow.readTasks(DAG);
  runs = [];
  for await (const { run_id } of server.client.jobs.listRuns({ limit: 25 }))
    runs.push(await server.waitForEnd(run_id ?? 0));
});
afterAll(async () => {
  await airflow?.stop();
  await server.remove();
});

test('check 35: every operator succeeds whose notebook does, in the task and in the triggerer', () => {
  expect(tasks).toEqual({
    ...{ submit_sync: 'success', submit_deferred: 'success', submit_single: 'success' },
    ...{ run_now_sync: 'success', run_now_deferred: 'success' },
    ...{ notebook_sync: 'success', notebook_deferred: 'success' },
    ...{ 'group.launch': 'success', 'group.first': 'success', 'group.second': 'success' },
    ...{ failing: 'failed', killed: 'failed' },
  });
});

test('check 35: every operator started one run, and the failed and the killed one ended as such', () => {
  const ends = runs.map(({ run_type, state }) => `${run_type} ${state?.life_cycle_state}/${state?.result_state}`);
  expect(ends.toSorted()).toEqual([
    ...Array<string>(3).fill('JOB_RUN TERMINATED/SUCCESS'),
    'SUBMIT_RUN INTERNAL_ERROR/FAILED',
    'SUBMIT_RUN TERMINATED/CANCELED',
    ...Array<string>(5).fill('SUBMIT_RUN TERMINATED/SUCCESS'),
  ]);
});

test('check 35: parameters of a run reach its notebook', async () => {
  const ofJob = runs.filter(({ run_type, run_name }) => run_type === 'JOB_RUN' && run_name === 'for-airflow');
  const results = await Promise.all(
    ofJob.map(async ({ run_id }) => (await server.client.jobs.getRunOutput({ run_id: run_id ?? 0 })).notebook_output),
  );
  expect(results.map((output) => output?.result).toSorted()).toEqual(['got deferred', 'got sync']);
});
