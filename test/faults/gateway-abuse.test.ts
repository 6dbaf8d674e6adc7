import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { loadConfig } from '../../config/load.ts';
import { type GatewayProcess, ROOT, startGateway } from '../support/processes.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { reportFault } from '../support/report-fault.ts';
import { readNumbers, SteadyProducer } from '../support/steady-producer.ts';

/**
 * Clients that speak HTTP badly or not at all, all of them at once, against a gateway process with the limits it has. That
 * of 30 s for a body is not waited for: test/gateway/http-limits.test.ts has a shorter one.
 */

const { kafka } = loadConfig();
const topic = `abuse-${randomUUID().slice(0, 8)}.pin`;
const TYPE = 'application/vnd.kafka.json.v2+json';
const IDLE_SOCKETS = 1_000;
/** Of each kind that holds a connection open. */
const SLOW = 20;

let log: ReturnType<typeof createKafkaLog>;
let gateway: GatewayProcess;
const open: RawConnection[] = [];

beforeAll(async () => {
  log = createKafkaLog({ ...kafka, partitions: 1, clientId: 'test-abuse' });
  await log.ensureTopics([topic]);
  gateway = await startGateway();
});

afterAll(async () => {
  for (const connection of open) connection.close();
  await gateway.stop();
  await log.deleteTopics([topic]);
  await log.close();
});

function connect(): RawConnection {
  const connection = new RawConnection(Number(new URL(gateway.url).port));
  open.push(connection);
  return connection;
}

const post = (...lines: readonly string[]) =>
  [`POST /topics/${topic} HTTP/1.1`, 'Host: t', ...lines, '', ''].join('\r\n');
const typed = (...lines: readonly string[]) => post(`Content-Type: ${TYPE}`, ...lines);
const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024)).toString('latin1');

/** What is answered at once, and how. */
const REFUSED: readonly (readonly [what: string, text: string, status: number])[] = [
  ['a chunk size that is no number', `${typed('Transfer-Encoding: chunked')}zz\r\n`, 400],
  ['a chunk size beyond all numbers', `${typed('Transfer-Encoding: chunked')}${'f'.repeat(17)}\r\n`, 400],
  ['two lengths', `${typed('Content-Length: 3', 'Content-Length: 30')}abc`, 400],
  ['a negative length', typed('Content-Length: -1'), 400],
  ['a length beside chunks', `${typed('Content-Length: 3', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 400],
  ['another transfer encoding', `${typed('Transfer-Encoding: identity')}abc`, 400],
  ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00', 400],
  ['a space before the colon', post('Content-Length : 3'), 400],
  ['no content type', `${post('Content-Length: 2')}{}`, 415],
  ['another content type', `${post('Content-Type: text/html', 'Content-Length: 2')}{}`, 415],
  ['a compression bomb', `${typed('Content-Encoding: gzip', `Content-Length: ${bomb.length}`)}${bomb}`, 415],
  ['a large header', typed(`X: ${'x'.repeat(20_000)}`), 431],
  ['many headers', typed(...Array.from({ length: 5_000 }, (_, i) => `${i}: 1`)), 431],
  ['a long URL', `GET /topics/${topic}?${'x'.repeat(3_000)} HTTP/1.1\r\nHost: t\r\n\r\n`, 414],
  ['a body that is too large', typed('Content-Length: 10485761'), 413],
  ['a reserved topic', `POST /topics/__consumer_offsets HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n{}`, 403],
];

/** What holds a connection: the head at once, then byte by byte. */
const SLOW_BODIES = {
  'a body byte by byte': [typed('Content-Length: 900'), 'x'.repeat(900)],
  'a body that does not come': [typed('Content-Length: 10000000'), ''],
  'chunks that do not end': [typed('Transfer-Encoding: chunked'), '1\r\n{\r\n'.repeat(100)],
} as const;

test('clients that abuse HTTP are refused or cut off, and nobody else waits for that', async () => {
  const idle = Array.from({ length: IDLE_SOCKETS }, () => connect().readToEnd());
  const slow = Object.values(SLOW_BODIES).flatMap(([head, body]) =>
    Array.from({ length: SLOW }, () => {
      const connection = connect();
      void connection.write(head).then(() => connection.write(body, { size: 1, pauseMs: 500 }));
      return connection;
    }),
  );
  const slowHeads = Array.from({ length: SLOW }, async () => {
    const [connection, begun] = [connect(), Date.now()];
    void connection.write(typed('Content-Length: 2'), { size: 1, pauseMs: 500 });
    const { status } = await connection.readAnswer();
    await connection.readToEnd();
    return { status, seconds: (Date.now() - begun) / 1_000 };
  });
  const producer = new SteadyProducer(gateway.url, topic);
  producer.start();
  const health = new Worker(join(ROOT, 'test/support/ask-health.ts'), { workerData: { url: gateway.url } });
  let refused = 0;

  for (let round = 0; round < 8; round++) {
    const answers = REFUSED.map(async ([what, text, status]) => {
      const connection = connect();
      await connection.write(text);
      const answer = await connection.readAnswer();
      connection.close();
      return [what, answer.status, status] as const;
    });
    for (const [what, status, expected] of await Promise.all(answers))
      expect(`${what}: ${status}`).toBe(`${what}: ${expected}`);
    refused += answers.length;
    await sleep(1_000);
  }
  for (const text of await Promise.all(idle)) expect(text).toMatch(/^HTTP\/1\.1 408 |^$/);
  const ends = await Promise.all(slowHeads);
  health.postMessage('stop');
  const [times] = (await once(health, 'message')) as [number[]];
  const attacked = Date.now();
  await sleep(200);
  await producer.stop();

  expect(ends.filter(({ status, seconds }) => status !== 408 || seconds < 10 || seconds > 14)).toEqual([]);
  expect(slow.filter(({ socket }) => socket.destroyed)).toEqual([]);
  expect(producer.refusals).toEqual([]);
  const stored = await readNumbers(kafka, topic);
  const missing = [...producer.acknowledged].filter(([number, place]) => stored.get(place) !== number);
  expect(times.length).toBeGreaterThan(100);
  const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)];
  expect(p99).toBeLessThan(100);
  reportFault({
    number: 30,
    fault: `gateway: ${IDLE_SOCKETS} idle sockets, slow and malformed requests at once`,
    injected: refused + slow.length + ends.length + idle.length,
    lost: missing.length,
    duplicated: stored.size - producer.acknowledged.size,
    recoveryMs: [(producer.acknowledgedAt.find((at) => at > attacked) ?? Infinity) - attacked],
  });
}, 60_000);
