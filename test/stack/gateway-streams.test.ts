import { SplitShardCommand } from '@aws-sdk/client-kinesis';
import { createStreamGateway } from '../../activities/gateway/stream-adapter.ts';
import { KinesisStreams } from '../../activities/kinesis/adapter.ts';
import { StreamProducer, SYSTEM_CLOCK } from '../../activities/kinesis/produce-records.ts';
import { KinesisDouble } from '../support/kinesis-double.ts';
import { type GatewayProcess, startGateway } from '../support/processes.ts';
import { waitUntil } from '../support/running-stack.ts';

/** A gateway process in front of the double of Kinesis, asked as the course's scripts ask. */
let kinesis: KinesisDouble;
let gateway: GatewayProcess;
let streams: KinesisStreams;

beforeAll(async () => {
  kinesis = await KinesisDouble.start();
  gateway = await startGateway({
    PINFLOW_KINESIS_ENDPOINT: kinesis.endpoint,
    PINFLOW_KINESIS_ACCESS_KEY_ID: 'id',
    PINFLOW_KINESIS_SECRET_ACCESS_KEY: 'secret',
    PINFLOW_GATEWAY_STREAMS: 'streaming-*-*,load,down',
  });
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  streams = new KinesisStreams({ endpoint: kinesis.endpoint, region: 'us-east-1', credentials });
});

afterAll(async () => {
  streams.close();
  await gateway.stop();
  await kinesis.remove();
});

const signal = () => AbortSignal.timeout(60_000);

async function ask(method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}) {
  const response = await fetch(`${gateway.url}/streams${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...options.headers },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function readShard(stream: string, shardId: string): Promise<{ data: string; sequenceNumber: string }[]> {
  const found = [];
  let iterator: string | null = (await ask('GET', `/${stream}/sharditerator?shard-id=${shardId}`)).body.ShardIterator;
  for (let isMore = true; isMore && iterator !== null;) {
    const { body } = await ask('GET', `/${stream}/records`, { headers: { 'Shard-Iterator': iterator ?? '' } });
    for (const { Data, SequenceNumber } of body.Records)
      found.push({ data: Buffer.from(Data, 'base64').toString('utf8'), sequenceNumber: SequenceNumber });
    isMore = body.Records.length > 0;
    iterator = body.NextShardIterator ?? null;
  }
  return found;
}

it('does for a course client what its API does, from the stream to the record and back', async () => {
  expect(await ask('POST', '/streaming-course-pin', { body: { ShardCount: 1 } })).toEqual({ status: 200 });
  await waitUntil('the stream is active', async () => {
    const { body } = await ask('GET', '/streaming-course-pin');
    return body.StreamDescription.StreamStatus === 'ACTIVE';
  });
  expect((await ask('GET', '')).body.StreamNames).toContain('streaming-course-pin');
  const row = { index: 7528, unique_id: 'fbe53c66', description: 'é😀' };
  const put = await ask('PUT', '/streaming-course-pin/record', {
    body: { StreamName: 'streaming-course-pin', Data: row, PartitionKey: 'partition-1' },
  });
  expect(put.body).toEqual({ ShardId: 'shardId-000000000000', SequenceNumber: expect.stringMatching(/^\d+$/) });
  const many = await ask('PUT', '/streaming-course-pin/records', {
    body: { records: [{ data: '{"a": 1e400}', 'partition-key': 'k' }] },
  });
  expect(many.body).toMatchObject({ FailedRecordCount: 0, Records: [{ ShardId: 'shardId-000000000000' }] });
  expect(await readShard('streaming-course-pin', 'shardId-000000000000')).toEqual([
    { data: JSON.stringify(row), sequenceNumber: put.body.SequenceNumber },
    { data: '{"a": 1e400}', sequenceNumber: many.body.Records[0].SequenceNumber },
  ]);
  expect(await ask('DELETE', '/streaming-course-pin')).toEqual({ status: 200 });
  await waitUntil('the stream is gone', async () => (await ask('GET', '/streaming-course-pin')).status === 400);
  expect((await ask('GET', '/streaming-course-pin')).body.__type).toBe('ResourceNotFoundException');
});

it('delivers all, each key in order, while shards refuse the half, an answer is lost and a shard is split', async () => {
  await streams.ensureStreams({ names: ['load'], shards: 1, signal: signal() });
  const throttled = await kinesis.addFault({ kind: 'throttle', share: 0.5 });
  const lost = await kinesis.addFault({ kind: 'lose-answer', skip: 2 });
  const records = Array.from({ length: 1_500 }, (_, i) => ({
    id: String(i),
    partitionKey: `key-${i % 750}`,
    data: `{"place": ${i}}`,
  }));
  const producer = new StreamProducer({
    stream: 'load',
    gateway: createStreamGateway({ url: gateway.url }),
    streams,
    clock: SYSTEM_CLOCK,
    random: Math.random,
  });
  const delivery = producer.produce({ records, budgetMs: 60_000, signal: signal() });
  const half = { StreamName: 'load', ShardToSplit: 'shardId-000000000000', NewStartingHashKey: String(2n ** 127n) };
  await kinesis.client.send(new SplitShardCommand(half));
  const { positions, failure } = await delivery;
  expect(failure).toBeUndefined();
  expect([(await throttled.readHits()) > 1_000, await lost.readHits()]).toEqual([true, 1]);
  await throttled.remove();

  const stored = new Map<string, string>();
  const firsts: number[] = [];
  for (const shard of [0, 1, 2].map((number) => `shardId-00000000000${number}`)) {
    for (const { data, sequenceNumber } of await readShard('load', shard)) {
      stored.set(`${shard} ${sequenceNumber}`, data);
      const place = Number(JSON.parse(data).place);
      if (!firsts.includes(place)) firsts.push(place);
    }
  }
  expect(positions.map((position) => stored.get(`${position?.shardId} ${position?.sequenceNumber}`))).toEqual(
    records.map(({ data }) => data),
  );
  expect(new Set(positions.map((position) => position?.shardId)).size).toBeGreaterThan(1);
  const places = new Map(firsts.map((place, order) => [place, order]));
  const overtaken = records.slice(0, 750).filter((_, i) => (places.get(i) ?? 0) > (places.get(i + 750) ?? -1));
  expect(overtaken).toEqual([]);
});

it('sends callers away while Kinesis is down, and goes on when it is back', async () => {
  await streams.ensureStreams({ names: ['down'], shards: 1, signal: signal() });
  await kinesis.end('SIGKILL');
  const body = { Data: 1, PartitionKey: 'k' };
  const away = await ask('PUT', '/down/record', { body });
  expect([away.status, away.body.__type]).toEqual([503, 'ServiceUnavailableException']);
  await kinesis.start();
  expect((await ask('PUT', '/down/record', { body })).status).toBe(200);
});
