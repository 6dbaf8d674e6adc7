import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTcpFaultProxy, type TcpFaultProxy } from '../../../../infra/local/faults/tcp-proxy.ts';

/** Answers every chunk with the same in capitals. */
let service: Server;
let heard: string[];
let proxy: TcpFaultProxy;
let sockets: Socket[];

beforeEach(async () => {
  heard = [];
  sockets = [];
  service = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard.push(chunk.toString());
      socket.write(chunk.toString().toUpperCase());
    });
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  proxy = await startTcpFaultProxy({
    port: (service.address() as AddressInfo).port,
    rewriteAnswer: (answer, port) => Buffer.from(answer.toString().replace('PORT', String(port))),
  });
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  proxy.close();
  service.close();
});

async function open(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function ask(socket: Socket, text: string): Promise<string> {
  const answer = once(socket, 'data', { signal: AbortSignal.timeout(2_000) });
  socket.write(text);
  const [chunk] = (await answer) as [Buffer];
  return chunk.toString();
}

test('in fine weather chunks pass both ways, and answers as rewritten', async () => {
  const socket = await open();

  expect(await ask(socket, 'a')).toBe('A');
  expect(await ask(socket, 'port')).toBe(String(proxy.port));
  expect(proxy.hits).toBe(0);
});

test('what waits during a hang arrives when the weather is fine again', async () => {
  const socket = await open();
  proxy.setWeather({ kind: 'hang' });

  const asked = ask(socket, 'a');
  await sleep(100);
  expect([heard, proxy.hits, socket.destroyed]).toEqual([[], 1, false]);

  proxy.setWeather({ kind: 'fine' });
  expect(await asked).toBe('A');
});

test('a reset ends connections, old and new, until the weather is fine again', async () => {
  const before = await open();
  expect(await ask(before, 'a')).toBe('A');
  const ended = closed(before);

  proxy.setWeather({ kind: 'reset' });
  await ended;
  const refused = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
  await closed(refused);
  expect(proxy.hits).toBe(2);

  proxy.setWeather({ kind: 'fine' });
  expect(await ask(await open(), 'b')).toBe('B');
});

test('latency and bandwidth hold chunks back', async () => {
  const socket = await open();
  proxy.setWeather({ kind: 'latency', ms: 60 });
  let begun = performance.now();
  await ask(socket, 'a');
  expect(performance.now() - begun).toBeGreaterThanOrEqual(115);

  proxy.setWeather({ kind: 'bandwidth', bytesPerSecond: 100 });
  begun = performance.now();
  await ask(socket, 'x'.repeat(10));
  expect(performance.now() - begun).toBeGreaterThanOrEqual(195);
  expect(proxy.hits).toBe(2);
});

test('a lost answer belongs to a request that was heard, and only that connection ends', async () => {
  const [unlucky, other] = [await open(), await open()];
  const lost = proxy.loseAnswer((request) => request.toString() === 'write');
  expect(await ask(unlucky, 'read')).toBe('READ');
  const ended = closed(unlucky);

  unlucky.write('write');
  await ended;

  expect([heard, lost.hits()]).toEqual([['read', 'write'], 1]);
  expect(await ask(other, 'write')).toBe('WRITE');
});
