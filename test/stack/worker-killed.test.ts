import { databricksRunName, dailyRunId } from '../../domain/names.ts';
import type { RunPipelineResult } from '../../domain/run.ts';
import { startHttpFaultProxy } from '../../infra/local/faults/http-proxy.ts';
import { progressQuery } from '../../workflows/messages.ts';
import { pinflow, startWorker, type WorkerProcess } from '../support/processes.ts';
import {
  connectStack,
  listDatabricksRuns,
  readLandedHashes,
  type RunningStack,
  waitUntil,
} from '../support/running-stack.ts';

const date = '2026-11-20';
/** Drawn as the course draws them, so that two pipelines are sent the same rows in the same order. */
const options = ['--rows', '2000', '--order', 'course'];
const small = { PINFLOW_LAND_MAX_RECORDS: '100' };

let stack: RunningStack;
let workers: WorkerProcess[] = [];

beforeAll(async () => {
  stack = await connectStack();
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
  workers = [];
});

afterAll(() => stack.close());

async function addWorker(variables: Record<string, string> = small): Promise<WorkerProcess> {
  const worker = await startWorker(variables);
  workers.push(worker);
  return worker;
}

async function startDate(pipeline: string) {
  const { code, stderr } = await pinflow('start', date, '--pipeline', pipeline, ...options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stack.client.workflow.getHandle(dailyRunId({ pipeline, date }));
}

describe('a worker killed with SIGKILL', () => {
  test('in the middle of landing leaves the objects of a run that was not killed', async () => {
    const proxy = await startHttpFaultProxy({ target: String(stack.config.s3.endpoint) });
    const slow = proxy.addFault({
      matches: ({ method, url }) => method === 'PUT' && url.includes('/topics/killed-landing.'),
      fault: { kind: 'delay', ms: 150 },
      times: Infinity,
    });
    const killed = await addWorker({ ...small, PINFLOW_S3_ENDPOINT: proxy.url });
    const handle = await startDate('killed-landing');
    await waitUntil(
      'some objects have landed',
      async () => (await readLandedHashes(stack, 'killed-landing')).size >= 5,
    );
    await killed.stop('SIGKILL');
    const landedBefore = (await readLandedHashes(stack, 'killed-landing')).size;
    proxy.close();

    await addWorker();
    const result = (await handle.result()) as RunPipelineResult;
    const landed = await readLandedHashes(stack, 'killed-landing');

    expect(slow.hits()).toBeGreaterThanOrEqual(5);
    expect(landedBefore).toBeLessThan(landed.size);
    expect(result.ledger.pin).toMatchObject({ intended: 2_000, acknowledged: 2_000, landed: 2_000 });

    const golden = await startDate('not-killed');
    await golden.result();
    expect(landed).toEqual(await readLandedHashes(stack, 'not-killed'));
  });

  test('while it waits for Databricks leaves one Databricks run', async () => {
    const pipeline = 'killed-waiting';
    const killed = await addWorker();
    const handle = await startDate(pipeline);
    await waitUntil('the job is waited for', async () => {
      const { steps } = await handle.query(progressQuery);
      const runs = await listDatabricksRuns(stack, databricksRunName(handle.workflowId, 'run-job'));
      return steps.some(({ name, state }) => name === 'run-job' && state === 'running') && runs.length === 1;
    });
    await killed.stop('SIGKILL');
    const [active] = await listDatabricksRuns(stack, databricksRunName(handle.workflowId, 'run-job'));
    expect(active?.state.life_cycle_state).not.toBe('TERMINATED');

    await addWorker();
    await handle.result();
    const runs = await listDatabricksRuns(stack, databricksRunName(handle.workflowId, 'run-job'));
    expect(runs).toHaveLength(1);
    expect(runs[0]?.state).toMatchObject({ life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' });
  });
});
