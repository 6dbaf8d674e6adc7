import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { isProduceRequest, rewriteBrokerPort } from '../../infra/local/faults/kafka-wire.ts';
import { startTcpFaultProxy, type TcpFaultProxy } from '../../infra/local/faults/tcp-proxy.ts';
import { type GatewayProcess, startGateway } from '../support/processes.ts';
import { reportFault } from '../support/report-fault.ts';
import { connectStack, type RunningStack } from '../support/running-stack.ts';
import { readNumbers } from '../support/steady-producer.ts';

/** The answer to one produce request is swallowed on its way: the broker has stored the records, nobody is told. */

let stack: RunningStack;
let proxy: TcpFaultProxy;
let log: ReturnType<typeof createKafkaLog>;
let topic: string;

beforeEach(async () => {
  stack = await connectStack();
  const brokerPort = Number(stack.config.kafka.brokers[0]?.split(':')[1]);
  proxy = await startTcpFaultProxy({ port: brokerPort, rewriteAnswer: rewriteBrokerPort({ brokerPort }) });
  log = createKafkaLog({ ...stack.config.kafka, partitions: 1, clientId: 'test-lost' });
  topic = `lost-${randomUUID().slice(0, 8)}.pin`;
  await log.ensureTopics([topic]);
});

afterEach(async () => {
  proxy.close();
  await log.deleteTopics([topic]);
  await log.close();
  await stack.close();
});

const countUp = (from: number) => Array.from({ length: 10 }, (_, i) => from + i);

test('kafkajs itself loses one of two concurrent sends then, and stores the other twice', async () => {
  const kafka = new Kafka({ brokers: [`127.0.0.1:${proxy.port}`], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: 10, initialRetryTime: 50 },
  });
  await producer.connect();
  const send = (numbers: readonly number[]) =>
    producer.send({ topic, acks: -1, messages: numbers.map((number) => ({ partition: 0, value: String(number) })) });
  await send([0]);
  const lost = proxy.loseAnswer(isProduceRequest);

  await Promise.all([send(countUp(100)), send(countUp(200))]);
  await producer.disconnect();

  const stored = [...(await readNumbers(stack.config.kafka, topic)).values()].filter((number) => number > 0);
  expect(lost.hits()).toBe(1);
  // Should this ever become true, the gateway's rule of one send at a time has lost its reason.
  expect(new Set(stored).size === 20 && stored.length === 20).toBe(false);
});

test('the gateway stores each record of concurrent requests once', async () => {
  const gateway: GatewayProcess = await startGateway({ PINFLOW_KAFKA_BROKERS: `127.0.0.1:${proxy.port}` });
  const post = async (numbers: readonly number[]) => {
    const response = await fetch(`${gateway.url}/topics/${topic}`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.kafka.json.v2+json' },
      body: JSON.stringify({ records: numbers.map((value) => ({ value, partition: 0 })) }),
    });
    const { offsets } = (await response.json()) as { offsets: { offset: number; error_code: number | null }[] };
    return offsets;
  };
  await sleep(300);
  await post([0]);
  const lost = proxy.loseAnswer(isProduceRequest);
  const begun = Date.now();

  const answers = (await Promise.all([post(countUp(100)), post(countUp(200)), post(countUp(300))])).flat();
  const recovered = Date.now();

  const stored = await readNumbers(stack.config.kafka, topic);
  const numbers = [...stored.values()].filter((number) => number > 0);
  const asked = [...countUp(100), ...countUp(200), ...countUp(300)];
  const missing = asked.filter((number, i) => stored.get(`0/${answers[i]?.offset}`) !== number);
  expect(answers.map(({ error_code }) => error_code)).toEqual(asked.map(() => null));
  reportFault({
    number: 8,
    fault: 'Kafka: the answer to a produce request lost, three requests at once',
    injected: lost.hits(),
    lost: missing.length,
    duplicated: numbers.length - new Set(numbers).size,
    recoveryMs: [recovered - begun],
  });
  await gateway.stop();
});
