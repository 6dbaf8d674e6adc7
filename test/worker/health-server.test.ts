import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { createHealthServer, type Health, type WatchedWorker } from '../../worker/health-server.ts';

type State = ReturnType<WatchedWorker['getState']>;

function makeWorker({ state = 'RUNNING', polls = true }: { state?: State; polls?: boolean } = {}): WatchedWorker {
  const status = { hasOutstandingWorkflowPoll: false, hasOutstandingActivityPoll: polls };
  return { getState: () => state, getStatus: () => status as ReturnType<WatchedWorker['getStatus']> };
}

const ok = () => Promise.resolve();
let server: FastifyInstance | undefined;

afterEach(() => server?.close());

async function ask(url: string, health: Partial<Health> = {}) {
  server ??= createHealthServer({
    lag: { worst: () => 0 },
    workers: new Map([['pinflow', makeWorker()]]),
    probes: { temporal: ok, s3: ok, kafka: ok },
    limits: { limitMs: 50, keepMs: 200 },
    ...health,
  });
  const { statusCode, body } = await server.inject(url);
  return { status: statusCode, body: JSON.parse(body) as unknown };
}

afterEach(() => {
  server = undefined;
});

test.each([
  [999.4, 200],
  [1_000, 503],
])('with an event loop %d ms late /livez answers %d', async (late, status) => {
  const answer = await ask('/livez', { lag: { worst: () => late } });
  expect(answer).toEqual({ status, body: { 'event loop lag in ms': Math.round(late) } });
});

test('a process whose workers poll and whose systems answer is ready', async () => {
  expect(await ask('/readyz')).toEqual({
    status: 200,
    body: { ready: true, checks: { pinflow: 'ok', temporal: 'ok', s3: 'ok', kafka: 'ok' } },
  });
});

test('a process whose workers have yet to begin is not ready', async () => {
  const workers = new Map([['pinflow', makeWorker({ state: 'INITIALIZED' })]]);
  expect(await ask('/readyz', { workers })).toMatchObject({
    status: 503,
    body: { checks: { pinflow: 'initialized' } },
  });
});

test('one worker that drains or does not poll makes the process not ready', async () => {
  const workers = new Map([
    ['pinflow', makeWorker()],
    ['pinflow-io', makeWorker({ state: 'DRAINING' })],
    ['pinflow-bulk', makeWorker({ polls: false })],
  ]);
  expect(await ask('/readyz', { workers })).toMatchObject({
    status: 503,
    body: { ready: false, checks: { pinflow: 'ok', 'pinflow-io': 'draining', 'pinflow-bulk': 'does not poll' } },
  });
});

test('a system that hangs and one that refuses are named, and readiness comes back with them', async () => {
  let broken = true;
  const probes = {
    temporal: ok,
    s3: () => (broken ? new Promise<void>(() => {}) : ok()),
    kafka: () => (broken ? Promise.reject(new Error('no broker')) : ok()),
  };
  const began = performance.now();
  expect(await ask('/readyz', { probes })).toMatchObject({
    status: 503,
    body: { checks: { temporal: 'ok', s3: 'no answer within 0.05 s', kafka: 'no broker' } },
  });
  expect(performance.now() - began).toBeLessThan(1_000);

  broken = false;
  await sleep(220);
  expect(await ask('/readyz')).toMatchObject({ status: 200 });
});
