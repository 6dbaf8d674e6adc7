import { setTimeout as sleep } from 'node:timers/promises';
import { startRun } from '../../client/start-run.ts';
import { checkRun } from '../../domain/daily-start.ts';
import { databricksRunName, topicName } from '../../domain/names.ts';
import { startTcpFaultProxy, type TcpFaultProxy } from '../../infra/local/faults/tcp-proxy.ts';
import { chooseFreePort } from '../../infra/local/stack/choose-ports.ts';
import { InstantDatabricks } from '../support/instant-databricks.ts';
import { pinflowWith, startWorker, type WorkerProcess } from '../support/processes.ts';
import { IS_FULL, reportFault } from '../support/report-fault.ts';
import { countDoubled, countLost } from '../support/run-results.ts';
import { connectStack, type RunningStack, waitUntil } from '../support/running-stack.ts';

/** Between the worker and Temporal nothing passes any more, and nobody is told: connections stay open. */

/** How long that lasts, at least. */
const HANG_MS = IS_FULL ? 300_000 : 5_000;

let stack: RunningStack;
let proxy: TcpFaultProxy;
let databricks: InstantDatabricks;
let worker: WorkerProcess;
let health: string;

beforeAll(async () => {
  [stack, databricks] = await Promise.all([connectStack(), InstantDatabricks.start()]);
  proxy = await startTcpFaultProxy({ port: Number(stack.config.temporal.address.split(':')[1]) });
  const port = await chooseFreePort();
  health = `http://127.0.0.1:${port}/readyz`;
  worker = await startWorker({
    ...databricks.variables,
    TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}`,
    PINFLOW_WORKER_HEALTH_PORT: String(port),
  });
});

afterAll(async () => {
  proxy.close();
  await worker.stop('SIGKILL');
  databricks.close();
  await stack.close();
});

test(
  'a run whose worker cannot reach Temporal for a while goes on when it can',
  async () => {
    expect(await ask(health)).toMatchObject({ status: 200 });
    const input = { date: '2026-11-22', pipeline: `unreachable-${Date.now().toString(36)}`, rows: 300 };
    databricks.onSubmit = () => proxy.setWeather({ kind: 'hang' });
    const { handle } = await startRun(stack.client, input, checkRun(input));
    await waitUntil('the end of the submit is told and not heard', async () => proxy.hits > 0);
    databricks.onSubmit = undefined;
    const over = sleep(HANG_MS);

    const command = pinflowWith({ TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` }, 'status', input.date);
    await waitUntil('the worker is not ready', async () => (await ask(health)).status === 503, 15);
    expect(await ask(health)).toMatchObject({ body: { checks: { temporal: 'no answer within 2 s', s3: 'ok' } } });
    expect(await postTo(topicName(input.pipeline, 'pin'))).toMatchObject({ offsets: [{ error_code: null }] });
    expect(await command).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^TEMPORAL_UNAVAILABLE: no Temporal server answers at "127.0.0.1:\d+"\n[^\n]+\n$/),
    });
    await over;
    const injected = proxy.hits;
    expect((await handle.describe()).status.name).toBe('RUNNING');

    proxy.setWeather({ kind: 'fine' });
    const reachable = Date.now();
    const result = await handle.result();
    const recoveryMs = [Date.now() - reachable];
    await waitUntil('the worker is ready again', async () => (await ask(health)).status === 200, 15);

    reportFault({
      number: 6,
      fault: 'Temporal does not answer its worker',
      injected,
      lost: countLost([result]),
      duplicated: countDoubled([result], ({ workflowId }) =>
        databricks.countRuns(databricksRunName(workflowId, 'run-job')),
      ),
      recoveryMs,
    });
  },
  HANG_MS + 120_000,
);

async function ask(url: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  return { status: response.status, body: await response.json() };
}

async function postTo(topic: string): Promise<unknown> {
  const response = await fetch(`${stack.config.gateway.url}/topics/${topic}`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.kafka.json.v2+json' },
    body: '{"records":[{"value":{"index":-1}}]}',
  });
  return response.json();
}
