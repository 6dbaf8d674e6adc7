import { setTimeout as sleep } from 'node:timers/promises';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { PrivateStack } from '../support/private-stack.ts';
import { reportFault } from '../support/report-fault.ts';
import { readNumbers, SteadyProducer } from '../support/steady-producer.ts';
import { waitUntil } from '../support/running-stack.ts';

/** Longest time in which the gateway promises to answer, whatever happens to Kafka. */
const ANSWER_LIMIT_S = 20;

let stack: PrivateStack;

beforeAll(async () => {
  stack = await PrivateStack.start(['kafka', 'gateway']);
});

afterAll(() => stack.stop());

/** A broker of which something is done while records are posted; gives when it was well again. */
const DEEDS: Readonly<Record<string, (produced: () => Promise<void>) => Promise<number>>> = {
  'killed with SIGKILL': async (produced) => {
    await stack.end('kafka', 'SIGKILL');
    await produced();
    await stack.restart('kafka');
    return Date.now();
  },
  'paused with SIGSTOP': async (produced) => {
    stack.signal('kafka', 'SIGSTOP');
    await produced();
    stack.signal('kafka', 'SIGCONT');
    return Date.now();
  },
  'restarted in good order': async () => {
    await stack.end('kafka', 'SIGTERM');
    await stack.restart('kafka');
    return Date.now();
  },
};

test.each(Object.keys(DEEDS))('a broker that is %s under load loses nothing that was acknowledged', async (deed) => {
  const topic = `${deed.replaceAll(/[^a-z]+/gi, '-').toLowerCase()}.pin`;
  const log = createKafkaLog({ ...stack.config.kafka, clientId: 'test-broker' });
  await log.ensureTopics([topic]);
  await sleep(300);
  const producer = new SteadyProducer(stack.config.gateway.url, topic);
  producer.start();
  await waitUntil('records are acknowledged', async () => producer.acknowledged.size >= 200);

  const healedAt = await DEEDS[deed]?.(() =>
    waitUntil('a batch is refused or was not confirmed', async () => producer.refusals.length > 0),
  );
  const [acknowledgedBefore, refusals] = [producer.acknowledged.size, [...producer.refusals]];
  await waitUntil('work goes on', async () => producer.acknowledged.size >= acknowledgedBefore + 200);
  await producer.stop();

  const stored = await readNumbers(stack.config.kafka, topic);
  const lost = [...producer.acknowledged].filter(([number, place]) => stored.get(place) !== number);
  const copies = stored.size - new Set(stored.values()).size;
  const firstAfter = producer.acknowledgedAt.find((at) => at > Number(healedAt)) ?? Infinity;
  expect(Math.max(0, ...refusals.map(({ seconds }) => seconds))).toBeLessThan(ANSWER_LIMIT_S);
  expect(refusals.filter(({ status }) => status === 503).every(({ retryAfter }) => Number(retryAfter) > 0)).toBe(true);
  reportFault({
    number: 7,
    fault: `Kafka broker ${deed} under load`,
    injected: 1,
    lost: lost.length,
    duplicated: copies,
    recoveryMs: [firstAfter - Number(healedAt)],
  });
  await log.close();
});

test('a gateway whose broker is away says so in time, with when to come back', async () => {
  await stack.end('kafka', 'SIGKILL');
  const begun = Date.now();
  const answer = await fetch(`${stack.config.gateway.url}/topics/never-made.pin`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.kafka.json.v2+json' },
    body: '{"records":[{"value":1}]}',
  });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect((Date.now() - begun) / 1_000).toBeLessThan(ANSWER_LIMIT_S);
  expect((await fetch(`${stack.config.gateway.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${stack.config.gateway.url}/healthz`)).status).toBe(200);

  await stack.restart('kafka');
  await waitUntil('the gateway is ready again', async () => (await fetch(`${stack.config.gateway.url}/readyz`)).ok);
});
