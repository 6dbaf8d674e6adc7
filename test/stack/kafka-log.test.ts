import { randomUUID } from 'node:crypto';
import { type Admin, Kafka, logLevel, Partitioners } from 'kafkajs';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { createGateway } from '../../activities/gateway/adapter.ts';
import type { Acknowledgement, KafkaRecord } from '../../activities/ports.ts';
import { loadConfig } from '../../config/load.ts';
import type { OffsetRange } from '../../domain/offsets.ts';
import { waitUntil } from '../support/running-stack.ts';

const config = loadConfig();
const clientId = `test-log-${randomUUID().slice(0, 8)}`;
const log = createKafkaLog({ ...config.kafka, partitions: 3, clientId });
const gateway = createGateway(config.gateway);
const kafka = new Kafka({ brokers: [...config.kafka.brokers], logLevel: logLevel.NOTHING });
const admin: Admin = kafka.admin();
const topics: string[] = [];

async function createTopic(): Promise<string> {
  const topic = `t${randomUUID().slice(0, 8)}.geo`;
  topics.push(topic);
  await log.ensureTopics([topic]);
  // Longer than the gateway answers for a missing topic from memory.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return topic;
}

function post(topic: string, jsons: readonly string[], firstKey = 0): Promise<Acknowledgement[]> {
  const rows = jsons.map((json, i) => ({ key: firstKey + i, json }));
  return gateway.postRows({ topic, rows, idempotencyKey: randomUUID(), run: 'test', sequence: firstKey });
}

async function read(topic: string, ranges: readonly OffsetRange[]): Promise<Map<number, KafkaRecord[]>> {
  const found = new Map<number, KafkaRecord[]>();
  await log.readRanges({
    topic,
    ranges,
    signal: AbortSignal.timeout(30_000),
    onRecords: async (partition, records) => void found.set(partition, [...(found.get(partition) ?? []), ...records]),
  });
  return found;
}

function offsetsOf(records: readonly KafkaRecord[] | undefined): number[] {
  return (records ?? []).map(({ offset }) => offset);
}

function count(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

async function listOwnGroups(): Promise<string[]> {
  const { groups } = await admin.listGroups();
  return groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(clientId));
}

async function deleteBefore(
  topic: string,
  { partition, offset }: { partition: number; offset: number },
): Promise<void> {
  // kafkajs deletes only from topics whose metadata it has read before.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
}

beforeAll(() => admin.connect());
afterEach(async () => expect(await listOwnGroups()).toEqual([]));
afterAll(async () => {
  await log.deleteTopics(topics);
  await log.close();
  await admin.disconnect();
});

describe('KafkaLog', () => {
  it('reads back the bytes of the rows at the offsets that the gateway acknowledged', async () => {
    const topic = await createTopic();
    const jsons = count(0, 3_000).map(
      (i) => `{"ind":${i},  "country":"Côte d'Ivoire ${'x'.repeat(i % 50)}", "n":1e400}`,
    );
    const acknowledged = (
      await Promise.all([0, 1_000, 2_000].map((from) => post(topic, jsons.slice(from, from + 1_000), from)))
    ).flat();
    const offsets = await log.readOffsets(topic);
    expect(offsets.map(({ partition, low }) => [partition, low])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
    const found = await read(
      topic,
      offsets.map(({ partition, high }) => ({ partition, start: 0, end: high })),
    );
    for (const { partition, high } of offsets) expect(offsetsOf(found.get(partition))).toEqual(count(0, high));
    expect(
      acknowledged.map(({ partition, offset }) => found.get(partition)?.[offset]?.value?.toString('utf8')),
    ).toEqual(jsons);
  });

  it('reads exactly the ranges asked for, from where they start, and no other partition', async () => {
    const topic = await createTopic();
    await post(
      topic,
      count(0, 900).map((i) => `{"ind":${i}}`),
    );
    const ranges = [
      { partition: 2, start: 40, end: 41 },
      { partition: 0, start: 100, end: 150 },
      { partition: 0, start: 200, end: 210 },
    ];
    const found = await read(topic, ranges);
    expect([...found.keys()].toSorted()).toEqual([0, 2]);
    expect(offsetsOf(found.get(0))).toEqual([...count(100, 150), ...count(200, 210)]);
    expect(offsetsOf(found.get(2))).toEqual([40]);
    const next = await read(topic, [{ partition: 0, start: 150, end: 200 }]);
    expect(offsetsOf(next.get(0))).toEqual(count(150, 200));
  });

  it('hands over one batch of a partition after the other, and several partitions side by side', async () => {
    const topic = await createTopic();
    for (let i = 0; i < 4; i++)
      await post(
        topic,
        count(0, 300).map((n) => `{"ind":${n},"pad":"${'x'.repeat(2_000)}"}`),
      );
    const busy = new Set<number>();
    let [batches, mostBusy] = [0, 0];
    const ranges = (await log.readOffsets(topic)).map(({ partition, high }) => ({ partition, start: 0, end: high }));
    await log.readRanges({
      topic,
      ranges,
      signal: AbortSignal.timeout(30_000),
      onRecords: async (partition) => {
        batches++;
        expect(busy.has(partition)).toBe(false);
        mostBusy = Math.max(mostBusy, busy.add(partition).size);
        await new Promise((resolve) => setTimeout(resolve, 20));
        busy.delete(partition);
      },
    });
    expect(batches).toBeGreaterThanOrEqual(3);
    expect(mostBusy).toBeGreaterThan(1);
  });

  it('is done at once with empty ranges', async () => {
    const topic = await createTopic();
    expect(
      await read(
        topic,
        count(0, 3).map((partition) => ({ partition, start: 0, end: 0 })),
      ),
    ).toEqual(new Map());
    await post(topic, ['{}']);
    expect(await read(topic, [{ partition: 0, start: 1, end: 1 }])).toEqual(new Map());
  });

  it('comes to its end where transaction markers stand at the end', async () => {
    const topic = await createTopic();
    const producer = kafka.producer({
      transactionalId: randomUUID(),
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    for (const commit of [true, false]) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ partition: 0, value: commit ? 'kept' : 'aborted' }] });
      await (commit ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();
    // The broker writes the marker of an end a moment after the producer has heard of it.
    await waitUntil('both markers are there', async () => {
      const [first] = await log.readOffsets(topic);
      return first?.high === 4;
    });
    expect(await log.readOffsets(topic)).toContainEqual({ partition: 0, low: 0, high: 4 });
    const found = await read(topic, [{ partition: 0, start: 0, end: 4 }]);
    expect(found.get(0)?.map(({ offset, value }) => [offset, value?.toString('utf8')])).toEqual([[0, 'kept']]);
  });

  it('rejects soon after it is aborted, in the middle of a read', async () => {
    const topic = await createTopic();
    await post(
      topic,
      count(0, 300).map((i) => `{"ind":${i}}`),
    );
    const abort = new AbortController();
    const ranges = (await log.readOffsets(topic)).map(({ partition, high }) => ({ partition, start: 0, end: high }));
    let groups: string[] = [];
    let [calls, abortedAt] = [0, 0];
    const reading = log.readRanges({
      topic,
      ranges,
      signal: abort.signal,
      onRecords: async () => {
        calls++;
        groups = await listOwnGroups();
        abortedAt = performance.now();
        abort.abort(new Error('the run was cancelled'));
      },
    });
    await expect(reading).rejects.toThrow('the run was cancelled');
    expect(performance.now() - abortedAt).toBeLessThan(3_000);
    expect(groups).toHaveLength(1);
    // Once for each partition at the most: what was under way beside it.
    expect(calls).toBeLessThanOrEqual(3);
    expect(offsetsOf((await read(topic, [{ partition: 1, start: 0, end: 5 }])).get(1))).toEqual(count(0, 5));
  });

  it('rejects with the error of the taker and does not hand over anything more', async () => {
    const topic = await createTopic();
    await post(
      topic,
      count(0, 300).map((i) => `{"ind":${i}}`),
    );
    const onRecords = jest.fn(() => Promise.reject(new Error('the store is full')));
    const ranges = [0, 1, 2].map((partition) => ({ partition, start: 0, end: 10 }));
    const reading = log.readRanges({ topic, ranges, signal: AbortSignal.timeout(30_000), onRecords });
    await expect(reading).rejects.toThrow('the store is full');
    // Once for each partition at the most: what was under way beside it.
    expect(onRecords.mock.calls.length).toBeLessThanOrEqual(3);
  });

  it('names the offsets that Kafka no longer holds', async () => {
    const topic = await createTopic();
    await post(
      topic,
      count(0, 300).map((i) => `{"ind":${i}}`),
    );
    await deleteBefore(topic, { partition: 1, offset: 20 });
    const high = (await log.readOffsets(topic))[1]?.high;
    await expect(read(topic, [{ partition: 1, start: 19, end: 30 }])).rejects.toMatchObject({
      code: 'OFFSETS_LOST',
      message: `topic "${topic}" partition 1 [19, 30) cannot be read: Kafka holds only [20, ${high})`,
    });
    await expect(read(topic, [{ partition: 0, start: 0, end: 5_000 }])).rejects.toMatchObject({ code: 'OFFSETS_LOST' });
    await expect(read(topic, [{ partition: 9, start: 0, end: 1 }])).rejects.toMatchObject({
      code: 'OFFSETS_LOST',
      message: `topic "${topic}" partition 9 [0, 1) cannot be read: Kafka holds no such partition`,
    });
    expect(offsetsOf((await read(topic, [{ partition: 1, start: 20, end: 30 }])).get(1))).toEqual(count(20, 30));
  });

  it('notices records that vanish while it reads', async () => {
    const topic = await createTopic();
    const pad = 'x'.repeat(2_000);
    for (let i = 0; i < 4; i++)
      await post(
        topic,
        count(0, 900).map((n) => `{"ind":${n},"pad":"${pad}"}`),
      );
    const high = (await log.readOffsets(topic))[0]?.high ?? 0;
    let last = 0;
    const reading = log.readRanges({
      topic,
      ranges: [{ partition: 0, start: 0, end: high }],
      signal: AbortSignal.timeout(30_000),
      onRecords: async (_partition, records) => {
        last = records.at(-1)?.offset ?? last;
        await deleteBefore(topic, { partition: 0, offset: high - 1 });
      },
    });
    await expect(reading).rejects.toMatchObject({ code: 'OFFSETS_LOST' });
    expect(last).toBeLessThan(high - 1);
  });

  it('creates topics once and deletes those that are there', async () => {
    const topic = await createTopic();
    await log.ensureTopics([topic]);
    expect(await log.readOffsets(topic)).toHaveLength(3);
    await log.deleteTopics([topic, 'no-such-topic']);
    expect(await admin.listTopics()).not.toContain(topic);
    await log.deleteTopics([topic]);
  });
});
