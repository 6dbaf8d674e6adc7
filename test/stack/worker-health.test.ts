import { QUEUES } from '../../domain/queues.ts';
import { type HttpFaultProxy, startHttpFaultProxy } from '../../infra/local/faults/http-proxy.ts';
import { chooseFreePort } from '../../infra/local/stack/choose-ports.ts';
import { startWorker, type WorkerProcess } from '../support/processes.ts';
import { connectStack, type RunningStack, waitUntil } from '../support/running-stack.ts';

let stack: RunningStack;
let proxy: HttpFaultProxy;
let worker: WorkerProcess;
let address: string;

beforeAll(async () => {
  stack = await connectStack();
  proxy = await startHttpFaultProxy({ target: String(stack.config.s3.endpoint) });
  const port = await chooseFreePort();
  address = `http://127.0.0.1:${port}`;
  worker = await startWorker({ PINFLOW_WORKER_HEALTH_PORT: String(port), PINFLOW_S3_ENDPOINT: proxy.url });
});

afterAll(async () => {
  await worker.stop();
  proxy.close();
  await stack.close();
});

async function ask(path: string) {
  const response = await fetch(`${address}${path}`, { signal: AbortSignal.timeout(5_000) });
  return { status: response.status, body: await response.json() };
}

const queues = Object.fromEntries(QUEUES.map((queue) => [queue, 'ok']));

test('a worker whose S3 hangs says so in time, stays alive, and is ready again with it', async () => {
  const ready = { status: 200, body: { ready: true, checks: { ...queues, temporal: 'ok', s3: 'ok', kafka: 'ok' } } };
  expect(await ask('/readyz')).toEqual(ready);
  expect(await ask('/livez')).toMatchObject({ status: 200 });

  const bucket = new RegExp(`^/${stack.config.s3.bucket}/?$`);
  const hanging = proxy.addFault({
    matches: ({ method, url }) => method === 'HEAD' && bucket.test(url),
    fault: { kind: 'hang' },
    times: Infinity,
  });
  await waitUntil('S3 is missed', async () => (await ask('/readyz')).status === 503, 12);

  expect(await ask('/readyz')).toMatchObject({ body: { checks: { s3: 'no answer within 2 s', kafka: 'ok' } } });
  expect(await ask('/livez')).toMatchObject({ status: 200 });
  expect(hanging.hits()).toBeGreaterThan(0);

  proxy.clearFaults();
  await waitUntil('S3 is back', async () => (await ask('/readyz')).status === 200, 12);
});
