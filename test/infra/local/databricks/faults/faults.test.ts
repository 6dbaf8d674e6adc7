import { request as sendRaw } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import { type FaultServer, startFaultServer } from '../../../../../infra/local/databricks/faults/fault-server.ts';

let faults: FaultServer;
let server: FastifyInstance;
let address: string;
/** What the server has done. */
let effects: string[];

beforeEach(async () => {
  effects = [];
  faults = await startFaultServer(0);
  server = fastify({ forceCloseConnections: true });
  faults.plugin(server);
  server.get('/things/:id', ({ params }) => {
    effects.push(`get ${(params as { id: string }).id}`);
    return { count: effects.length, filling: 'x'.repeat(1000) };
  });
  server.post('/things', () => {
    effects.push('post');
    return { id: effects.length };
  });
  address = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  await faults.close();
  await server.close();
});

async function control(method: string, path = '', body?: object) {
  const init = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await fetch(`http://127.0.0.1:${faults.port}/faults${path}`, { method, ...init });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function add(fault: object): Promise<number> {
  const { status, body } = await control('POST', '', fault);
  expect(status).toBe(200);
  return body['id'] as number;
}

async function readHits(): Promise<number[]> {
  const { body } = await control('GET');
  return (body['faults'] as { hits: number }[]).map(({ hits }) => hits);
}

interface Seen {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly error?: string;
}

/** One request on a connection of its own, with whatever came of it. */
function send(method: string, path: string): Promise<Seen> {
  return new Promise((resolve) => {
    let body = '';
    const outgoing = sendRaw(`${address}${path}`, { method, agent: false }, (response) => {
      const { statusCode: status = 0, headers } = response;
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status, headers, body }));
      response.on('error', ({ message }) => resolve({ status, headers, body, error: message }));
    });
    outgoing.on('error', ({ message }) => resolve({ body, error: message })).end();
  });
}

test('check 29: a status is answered instead of doing anything, with Retry-After and without, as often as said', async () => {
  const headers = { 'retry-after': '7' };
  await add({
    kind: 'status',
    path: '/things',
    method: 'POST',
    times: 2,
    status: 429,
    body: { error_code: 'BUSY' },
    headers,
  });
  expect((await send('GET', '/things/1')).status).toBe(200);
  for (let count = 0; count < 2; count++) {
    expect(await send('POST', '/things')).toMatchObject({
      ...{ status: 429, body: '{"error_code":"BUSY"}', headers: { 'retry-after': '7' } },
    });
  }
  expect(await readHits()).toEqual([2]);
  await add({ kind: 'status', path: '/things', status: 429 });
  expect((await send('POST', '/things')).headers).not.toHaveProperty('retry-after');
  expect((await send('POST', '/things')).status).toBe(200);
  expect(effects).toEqual(['get 1', 'post']);
});

test('a delay lets the request wait and then go on', async () => {
  await add({ kind: 'delay', path: '/things/*', delayMs: 200 });
  const began = performance.now();
  expect((await send('GET', '/things/1')).status).toBe(200);
  expect(performance.now() - began).toBeGreaterThan(190);
  expect([await readHits(), effects]).toEqual([[1], ['get 1']]);
});

test('a hanging request does nothing and ends when its rule is taken away', async () => {
  const id = await add({ kind: 'hang', path: '/things', times: 1 });
  const hanging = send('POST', '/things');
  expect((await send('POST', '/things')).status).toBe(200);
  expect(await readHits()).toEqual([1]);
  await control('DELETE', `/${id}`);
  expect((await hanging).error).toBeDefined();
  expect(effects).toEqual(['post']);
});

test('a reset ends the connection before anything is done', async () => {
  await add({ kind: 'reset', path: '/things' });
  expect((await send('POST', '/things')).error).toContain('ECONNRESET');
  expect(effects).toEqual([]);
  expect((await send('POST', '/things')).status).toBe(200);
  expect([await readHits(), effects]).toEqual([[1], ['post']]);
});

test('a truncated answer promises more than it holds', async () => {
  await add({ kind: 'truncate', path: '/things/1' });
  const seen = await send('GET', '/things/1');
  expect(seen.error).toBe('aborted');
  expect(seen.body.length).toBeGreaterThan(0);
  expect(Number(seen.headers?.['content-length'])).toBeGreaterThan(seen.body.length);
  expect(effects).toEqual(['get 1']);
  expect(JSON.parse((await send('GET', '/things/1')).body)).toMatchObject({ count: 2 });
  expect(await readHits()).toEqual([1]);
});

test('garbage is a success that is no JSON', async () => {
  await add({ kind: 'garbage', path: '/things' });
  const seen = await send('POST', '/things');
  expect(seen.status).toBe(200);
  expect(() => JSON.parse(seen.body)).toThrow();
  expect(effects).toEqual(['post']);
  expect(JSON.parse((await send('POST', '/things')).body)).toEqual({ id: 2 });
  expect(await readHits()).toEqual([1]);
});

test('an effect is kept although its answer is lost', async () => {
  await add({ kind: 'effect-then-drop', path: '/things' });
  const seen = await send('POST', '/things');
  expect([seen.status, seen.error]).toEqual([undefined, 'socket hang up']);
  expect(effects).toEqual(['post']);
  expect(JSON.parse((await send('POST', '/things')).body)).toEqual({ id: 2 });
  expect(await readHits()).toEqual([1]);
});

test('a stale read knows nothing of something new, and tells of the rest what it told before', async () => {
  const read = async (id: number) => JSON.parse((await send('GET', `/things/${id}`)).body) as { count: number };
  expect((await read(1)).count).toBe(1);
  await add({ kind: 'stale', path: '/things/*', times: 2 });
  expect((await read(1)).count).toBe(1);
  const fresh = await send('GET', '/things/2');
  expect([fresh.status, fresh.body]).toEqual([400, expect.stringContaining('does not exist')]);
  expect((await read(2)).count).toBe(2);
  expect([await readHits(), effects]).toEqual([[2], ['get 1', 'get 2']]);
});

test('the first requests can pass before a fault hits', async () => {
  await add({ kind: 'status', path: '/things', skip: 2, status: 503 });
  const statuses: unknown[] = [];
  for (let count = 0; count < 4; count++) statuses.push((await send('POST', '/things')).status);
  expect(statuses).toEqual([200, 200, 503, 200]);
  const { body } = await control('GET');
  expect(body['faults']).toMatchObject([{ fault: { kind: 'status', times: 1 }, matched: 3, hits: 1 }]);
});

test('rules are taken away one by one or all at once', async () => {
  const id = await add({ kind: 'status', path: '/things', times: 9, status: 500 });
  await add({ kind: 'status', path: '/things/*', times: 9, status: 500 });
  await control('DELETE', `/${id}`);
  expect((await control('DELETE', `/${id}`)).status).toBe(404);
  expect([(await send('POST', '/things')).status, (await send('GET', '/things/1')).status]).toEqual([200, 500]);
  await control('DELETE');
  expect((await send('GET', '/things/1')).status).toBe(200);
});

test.each([
  [{ kind: 'explode', path: '/' }, 'kind: Invalid discriminator value'],
  [{ kind: 'status', path: '/' }, 'status: '],
  [{ kind: 'hang', path: 'x' }, 'path: '],
  [{ kind: 'hang', path: '/', timse: 2 }, 'Unrecognized key: "timse"'],
])('the fault %j is refused with the field that is wrong', async (fault, message) => {
  const { status, body } = await control('POST', '', fault);
  expect(status).toBe(400);
  expect(body['message']).toContain(message);
});
