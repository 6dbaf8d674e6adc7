import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { HttpFault } from '../../../../infra/local/faults/http-fault.ts';
import { type HttpFaultProxy, startHttpFaultProxy } from '../../../../infra/local/faults/http-proxy.ts';

/** Answers with what it was sent, and remembers it. */
let service: Server;
let heard: string[];
let proxy: HttpFaultProxy;
let answered: string[];

beforeEach(async () => {
  [heard, answered] = [[], []];
  service = createServer((request, response) => {
    const answer = (body: Buffer) => {
      heard.push(`${request.method} ${request.url} ${body.toString()}`);
      response.setHeader('x-host', String(request.headers.host));
      response.setHeader('content-length', body.length);
      response.end(body);
    };
    buffer(request).then(answer, () => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  proxy = await startHttpFaultProxy({
    target: `http://127.0.0.1:${(service.address() as { port: number }).port}`,
    onAnswer: ({ method, url }, status) => answered.push(`${method} ${url} ${status}`),
  });
});

afterEach(() => {
  proxy.close();
  service.closeAllConnections();
  service.close();
});

const send = (body = 'abcdefgh', signal = AbortSignal.timeout(5_000)) =>
  fetch(`${proxy.url}/a?b=c`, { method: 'POST', body, signal });
const addFault = (fault: HttpFault) => proxy.addFault({ matches: ({ url }) => url === '/a?b=c', fault });

async function expectToWorkAgain(): Promise<void> {
  expect(await (await send('again')).text()).toBe('again');
}

test('a request that meets no fault passes with its body and the host that the client knows', async () => {
  const answer = await send();

  expect(await answer.text()).toBe('abcdefgh');
  expect(answer.headers.get('x-host')).toBe(new URL(proxy.url).host);
  expect(heard).toEqual(['POST /a?b=c abcdefgh']);
});

test('a status is answered and nothing reaches the service', async () => {
  const fault = addFault({
    kind: 'status',
    status: 503,
    body: '<Code>SlowDown</Code>',
    headers: { 'retry-after': '1' },
  });

  const answer = await send();

  expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
    503,
    '1',
    '<Code>SlowDown</Code>',
  ]);
  expect([fault.hits(), heard]).toEqual([1, []]);
  await expectToWorkAgain();
});

test('a reset reaches the client and not the service', async () => {
  const fault = addFault({ kind: 'reset' });

  await expect(send()).rejects.toMatchObject({ cause: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) } });

  expect([fault.hits(), heard]).toEqual([1, []]);
  await expectToWorkAgain();
});

test('a dropped answer has had its effect', async () => {
  const fault = addFault({ kind: 'drop-answer' });

  await expect(send()).rejects.toThrow('fetch failed');

  expect([fault.hits(), heard, answered]).toEqual([1, ['POST /a?b=c abcdefgh'], ['POST /a?b=c 200']]);
  await expectToWorkAgain();
});

test('a held request reaches the service when it is let go', async () => {
  const letGo = Promise.withResolvers<void>();
  const fault = addFault({ kind: 'hold', until: letGo.promise });

  const held = send();
  await expectToWorkAgain();
  expect([fault.hits(), heard]).toEqual([1, ['POST /a?b=c again']]);
  letGo.resolve();

  expect(await (await held).text()).toBe('abcdefgh');
});

test('a hang never answers', async () => {
  const fault = addFault({ kind: 'hang' });

  await expect(send('x', AbortSignal.timeout(100))).rejects.toThrow('timeout');

  expect([fault.hits(), heard]).toEqual([1, []]);
  await expectToWorkAgain();
});

test('a truncated answer promises more than it brings', async () => {
  const fault = addFault({ kind: 'truncate' });

  const answer = await send();

  expect(answer.headers.get('content-length')).toBe('8');
  await expect(answer.text()).rejects.toThrow('terminated');
  expect(fault.hits()).toBe(1);
  await expectToWorkAgain();
});

test('a corrupt answer differs by one bit', async () => {
  const fault = addFault({ kind: 'corrupt' });

  expect(await (await send()).text()).toBe('abcddfgh');

  expect(fault.hits()).toBe(1);
  await expectToWorkAgain();
});

test('a drip and a delay take their time', async () => {
  addFault({ kind: 'delay', ms: 150 });
  addFault({ kind: 'drip', bytesPerSecond: 20 });

  const begun = performance.now();
  expect(await (await send()).text()).toBe('abcdefgh');
  const delayed = performance.now();
  expect(await (await send()).text()).toBe('abcdefgh');

  expect(delayed - begun).toBeGreaterThanOrEqual(145);
  expect(performance.now() - delayed).toBeGreaterThanOrEqual(290);
});

test('a stalled upload reaches the service in part and never ends', async () => {
  const fault = addFault({ kind: 'stall-upload', afterBytes: 3 });

  await expect(send('abcdefgh', AbortSignal.timeout(200))).rejects.toThrow('timeout');

  expect([fault.hits(), heard]).toEqual([1, []]);
  await expectToWorkAgain();
});
