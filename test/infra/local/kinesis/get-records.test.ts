import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  MergeShardsCommand,
  PutRecordCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { createStream, FIRST_SHARD, getIterator, InnerKinesis, readTexts, waitUntilActive } from './kinesis-fixture.ts';

let kinesis: InnerKinesis;
beforeAll(async () => {
  kinesis = await InnerKinesis.start();
});
afterAll(() => kinesis.stop());
afterEach(() => kinesis.clearFaults());

async function put(StreamName: string, text: string) {
  const record = { StreamName, PartitionKey: 'k', Data: Buffer.from(text) };
  const { SequenceNumber } = await kinesis.client.send(new PutRecordCommand(record));
  return { StartingSequenceNumber: String(SequenceNumber) };
}

function read(ShardIterator: string, Limit?: number): Promise<GetRecordsCommandOutput> {
  return kinesis.client.send(new GetRecordsCommand({ ShardIterator, ...(Limit !== undefined && { Limit }) }));
}

const textsOf = ({ Records = [] }: GetRecordsCommandOutput) =>
  Records.map(({ Data }) => Buffer.from(Data ?? []).toString());

test('a page says how far it is behind, and the last one that it is not', async () => {
  await createStream(kinesis.client, 'behind');
  for (const text of ['a', 'b', 'c']) await put('behind', text);
  await sleep(30);
  const first = await read(await getIterator(kinesis.client, { StreamName: 'behind' }), 2);
  expect(textsOf(first)).toEqual(['a', 'b']);
  expect(first.MillisBehindLatest).toBeGreaterThanOrEqual(30);
  const last = await read(String(first.NextShardIterator), 1);
  expect([textsOf(last), last.MillisBehindLatest]).toEqual([['c'], 0]);
});

test('an iterator that found nothing finds what comes later, wherever it began', async () => {
  await createStream(kinesis.client, 'empty');
  const types = [
    {},
    { ShardIteratorType: 'LATEST' },
    { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date() },
  ] as const;
  const iterators = await Promise.all(
    types.map((type) => getIterator(kinesis.client, { StreamName: 'empty', ...type })),
  );
  const nexts = [];
  for (const iterator of iterators) nexts.push(String((await read(iterator)).NextShardIterator));
  await put('empty', 'later');
  await sleep(400);
  for (const next of nexts) expect(textsOf(await read(next))).toEqual(['later']);
});

test('an iterator by time begins at the first record that is not older', async () => {
  await createStream(kinesis.client, 'times');
  await put('times', 'old');
  await sleep(5);
  const Timestamp = new Date();
  await put('times', 'new');
  const place = { StreamName: 'times', ShardIteratorType: 'AT_TIMESTAMP', Timestamp } as const;
  expect(await readTexts(kinesis.client, place)).toEqual(['new']);
});

test('a page is no larger than 10 MiB, and the read after it is refused', async () => {
  let rests = 0;
  const rested = await InnerKinesis.start({ now: () => Date.now() + 1_000 * rests });
  await createStream(rested.client, 'large');
  const record = { StreamName: 'large', PartitionKey: 'k', Data: Buffer.alloc(1024 * 1024) };
  for (; rests < 11; rests++) await rested.client.send(new PutRecordCommand(record));

  const page = await rested.client.send(
    new GetRecordsCommand({ ShardIterator: await getIterator(rested.client, { StreamName: 'large' }) }),
  );
  expect(page.Records).toHaveLength(9);
  const next = new GetRecordsCommand({ ShardIterator: page.NextShardIterator });
  await expect(rested.client.send(next)).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
  rests += 4;
  const rest = await rested.client.send(next);
  expect([rest.Records?.length, rest.MillisBehindLatest]).toEqual([2, 0]);
  await rested.stop();
});

test('the end of a closed shard names its children, and comes after its last record', async () => {
  await createStream(kinesis.client, 'split');
  await put('split', 'before');
  const split = { StreamName: 'split', ShardToSplit: FIRST_SHARD, NewStartingHashKey: String(2n ** 127n) };
  await kinesis.client.send(new SplitShardCommand(split));
  await waitUntilActive(kinesis.client, 'split');
  await put('split', 'after');

  const end = await read(await getIterator(kinesis.client, { StreamName: 'split' }));
  expect([textsOf(end), end.NextShardIterator, end.MillisBehindLatest]).toEqual([['before'], undefined, 0]);
  const children = ['shardId-000000000001', 'shardId-000000000002'];
  expect(end.ChildShards?.map(({ ShardId, ParentShards }) => [ShardId, ParentShards])).toEqual(
    children.map((child) => [child, [FIRST_SHARD]]),
  );
  const texts = [];
  for (const ShardId of children) texts.push(...(await readTexts(kinesis.client, { StreamName: 'split', ShardId })));
  expect(texts).toEqual(['after']);

  const [ShardToMerge, AdjacentShardToMerge] = children;
  await kinesis.client.send(new MergeShardsCommand({ StreamName: 'split', ShardToMerge, AdjacentShardToMerge }));
  await waitUntilActive(kinesis.client, 'split');
  const merged = await read(await getIterator(kinesis.client, { StreamName: 'split', ShardId: String(children[1]) }));
  expect(merged.ChildShards).toMatchObject([{ ShardId: 'shardId-000000000003', ParentShards: children }]);
});

test('a shard that is read a sixth time in a second refuses', async () => {
  await createStream(kinesis.client, 'reads');
  const iterator = await getIterator(kinesis.client, { StreamName: 'reads' });
  const reads = await Promise.allSettled(Array.from({ length: 7 }, () => read(iterator)));
  const refused = reads.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).name] : []));
  expect(refused).toEqual(['ProvisionedThroughputExceededException', 'ProvisionedThroughputExceededException']);
  await sleep(210);
  expect((await read(iterator)).Records).toEqual([]);
});

test('iterators expire when asked to, and new ones are good', async () => {
  await createStream(kinesis.client, 'expiring');
  await put('expiring', 'a');
  const iterator = await getIterator(kinesis.client, { StreamName: 'expiring' });
  const fault = await kinesis.addFault({ kind: 'expire-iterators' });
  await expect(read(iterator)).rejects.toMatchObject({ name: 'ExpiredIteratorException' });
  expect(await fault.readHits()).toBe(1);
  await sleep(2);
  expect(await readTexts(kinesis.client, { StreamName: 'expiring' })).toEqual(['a']);
});

test('iterators expire after a while', async () => {
  const hasty = await InnerKinesis.start({ iteratorMs: 1_000 });
  await createStream(hasty.client, 'hasty');
  const iterator = await getIterator(hasty.client, { StreamName: 'hasty' });
  await sleep(1_010);
  await expect(hasty.client.send(new GetRecordsCommand({ ShardIterator: iterator }))).rejects.toMatchObject({
    name: 'ExpiredIteratorException',
    message: expect.stringMatching(/further in the future than the tolerated delay of 1000 milliseconds\.$/),
  });
  expect(await readTexts(hasty.client, { StreamName: 'hasty' })).toEqual([]);
  await hasty.stop();
});

test('a text that is no iterator is refused', async () => {
  await expect(read('x'.repeat(200))).rejects.toMatchObject({ name: 'InvalidArgumentException' });
});

test('what is trimmed is gone, and an iterator at it begins at what is left', async () => {
  await createStream(kinesis.client, 'trimmed');
  const first = await put('trimmed', 'old');
  await sleep(5);
  const before = new Date().toISOString();
  await put('trimmed', 'young');
  const fault = await kinesis.addFault({ kind: 'trim', stream: 'trimmed', before });
  expect(await fault.readHits()).toBe(1);
  for (const ShardIteratorType of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const) {
    expect(await readTexts(kinesis.client, { StreamName: 'trimmed', ShardIteratorType, ...first })).toEqual(['young']);
  }
  expect(await readTexts(kinesis.client, { StreamName: 'trimmed' })).toEqual(['young']);
});
