import {
  DeleteStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  ListShardsCommand,
  ListStreamsCommand,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import {
  createStream,
  FIRST_SHARD,
  getIterator,
  readTexts,
  waitUntilActive,
} from '../infra/local/kinesis/kinesis-fixture.ts';
import { KinesisDouble } from '../support/kinesis-double.ts';
import { waitUntil } from '../support/running-stack.ts';

/** The double as its own process, seen by the client of AWS as it is. */
let kinesis: KinesisDouble;
beforeAll(async () => {
  kinesis = await KinesisDouble.start();
});
afterAll(() => kinesis.remove());

const client = () => kinesis.client;

async function put(StreamName: string, texts: readonly string[]) {
  const Records = texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) }));
  return await client().send(new PutRecordsCommand({ StreamName, Records }));
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, place) => `${name}-${place}`);
}

async function listShards(StreamName: string) {
  return (await client().send(new ListShardsCommand({ StreamName }))).Shards ?? [];
}

/** The records of every shard of a stream. */
async function readAll(StreamName: string): Promise<string[]> {
  const texts = [];
  for (const { ShardId } of await listShards(StreamName))
    texts.push(...(await readTexts(client(), { StreamName, ...(ShardId !== undefined && { ShardId }) })));
  return texts;
}

test('a stream is made, described, listed and deleted', async () => {
  await createStream(client(), 'made', 2);
  const { StreamDescription } = await client().send(new DescribeStreamCommand({ StreamName: 'made' }));
  expect(StreamDescription).toMatchObject({ StreamStatus: 'ACTIVE', RetentionPeriodHours: 24, HasMoreShards: false });
  expect((await listShards('made')).map(({ HashKeyRange }) => HashKeyRange)).toEqual([
    { StartingHashKey: '0', EndingHashKey: String(2n ** 127n - 1n) },
    { StartingHashKey: String(2n ** 127n), EndingHashKey: String(2n ** 128n - 1n) },
  ]);
  await client().send(new DeleteStreamCommand({ StreamARN: StreamDescription?.StreamARN }));
  await waitUntil('the stream is gone', async () => {
    const { StreamNames } = await client().send(new ListStreamsCommand({}));
    return !(StreamNames ?? []).includes('made');
  });
  await expect(put('made', ['late'])).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('all five kinds of iterators begin where AWS says', async () => {
  const StreamName = 'iterators';
  await createStream(client(), StreamName);
  const write = (text: string) =>
    client().send(new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from(text) }));
  await write('first');
  const { SequenceNumber: StartingSequenceNumber } = await write('second');
  await new Promise((wake) => setTimeout(wake, 5));
  const Timestamp = new Date();
  const latest = await getIterator(client(), { StreamName, ShardIteratorType: 'LATEST' });
  await write('third');

  const from = (type: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER' | 'AT_TIMESTAMP' | 'TRIM_HORIZON') =>
    readTexts(client(), {
      ...{ StreamName, ShardIteratorType: type },
      ...(type.endsWith('NUMBER') && { StartingSequenceNumber }),
      ...(type === 'AT_TIMESTAMP' && { Timestamp }),
    });
  expect(await from('TRIM_HORIZON')).toEqual(['first', 'second', 'third']);
  expect(await from('AT_SEQUENCE_NUMBER')).toEqual(['second', 'third']);
  expect(await from('AFTER_SEQUENCE_NUMBER')).toEqual(['third']);
  expect(await from('AT_TIMESTAMP')).toEqual(['third']);
  const { Records } = await client().send(new GetRecordsCommand({ ShardIterator: latest }));
  expect(Records?.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(['third']);
});

test('a stream that is split and merged under its records keeps all of them', async () => {
  const StreamName = 'resharded';
  await createStream(client(), StreamName);
  const texts = [numbered('one', 50), numbered('two', 50), numbered('three', 50)];
  const [one = [], two = [], three = []] = texts;
  await put(StreamName, one);
  const split = { StreamName, ShardToSplit: FIRST_SHARD, NewStartingHashKey: String(2n ** 127n) };
  await client().send(new SplitShardCommand(split));
  // While the shard is being split it goes on taking records.
  await put(StreamName, two);
  await waitUntilActive(client(), StreamName);
  const children = { ShardToMerge: 'shardId-000000000001', AdjacentShardToMerge: 'shardId-000000000002' };
  await client().send(new MergeShardsCommand({ StreamName, ...children }));
  await waitUntilActive(client(), StreamName);
  await put(StreamName, three);
  expect(await readTexts(client(), { StreamName, ShardId: 'shardId-000000000003' })).toEqual(three);
  expect((await readAll(StreamName)).toSorted()).toEqual(texts.flat().toSorted());
});

test('what was acknowledged before a kill is there after it, and the shards go on', async () => {
  const StreamName = 'killed';
  await createStream(client(), StreamName, 3);
  const acknowledged: string[] = [];
  const writing = (async () => {
    for (let request = 0; ; request++) {
      const texts = numbered(`request-${request}`, 20);
      await put(StreamName, texts);
      acknowledged.push(...texts);
    }
  })();
  await waitUntil('some requests are acknowledged', () => Promise.resolve(acknowledged.length >= 400));
  await kinesis.end('SIGKILL');
  await expect(writing).rejects.toThrow(/ECONNRESET|ECONNREFUSED|socket hang up/);

  await kinesis.start();
  const { FailedRecordCount, Records } = await put(StreamName, ['afterwards']);
  expect(FailedRecordCount).toBe(0);
  const found = await readAll(StreamName);
  // A request that was cut off may be there as well, but none is there twice.
  expect(found).toEqual(expect.arrayContaining([...acknowledged, 'afterwards']));
  expect(new Set(found).size).toBe(found.length);
  // Nothing is written before what was there already.
  const shard = await readTexts(client(), { StreamName, ShardId: String(Records?.[0]?.ShardId) });
  expect(shard.at(-1)).toBe('afterwards');
});

test('a client that meets every fault gets everything through when it goes on', async () => {
  const StreamName = 'faults';
  await createStream(client(), StreamName);
  const throttle = await kinesis.addFault({ kind: 'throttle', stream: StreamName, share: 1 });
  const texts = numbered('record', 10);
  expect((await put(StreamName, texts)).FailedRecordCount).toBe(10);
  expect(await throttle.readHits()).toBe(10);
  await throttle.remove();

  const fail = await kinesis.addFault({ kind: 'fail-records', stream: StreamName, count: 3, error: 'InternalFailure' });
  const { Records = [] } = await put(StreamName, texts);
  const failed = texts.filter((_, place) => Records[place]?.ErrorCode === 'InternalFailure');
  expect([failed.length, await fail.readHits()]).toEqual([3, 1]);
  const lost = await kinesis.addFault({ kind: 'lose-answer', stream: StreamName });
  await expect(put(StreamName, failed)).rejects.toThrow('ECONNRESET');
  expect(await lost.readHits()).toBe(1);

  const iterator = await getIterator(client(), { StreamName });
  const expire = await kinesis.addFault({ kind: 'expire-iterators', stream: StreamName });
  const read = new GetRecordsCommand({ ShardIterator: iterator });
  await expect(client().send(read)).rejects.toMatchObject({ name: 'ExpiredIteratorException' });
  expect(await expire.readHits()).toBe(1);
  expect((await readTexts(client(), { StreamName })).toSorted()).toEqual(texts.toSorted());
});
