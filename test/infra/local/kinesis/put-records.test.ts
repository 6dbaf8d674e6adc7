import { PutRecordCommand, PutRecordsCommand, type PutRecordsCommandOutput } from '@aws-sdk/client-kinesis';
import { createStream, InnerKinesis, readTexts } from './kinesis-fixture.ts';

let kinesis: InnerKinesis;
beforeAll(async () => {
  kinesis = await InnerKinesis.start();
});
afterAll(() => kinesis.stop());
afterEach(() => kinesis.clearFaults());

const entries = (count: number) =>
  Array.from({ length: count }, (_, place) => ({ PartitionKey: `key-${place}`, Data: Buffer.from(`record-${place}`) }));

function put(StreamName: string, count: number, { client } = kinesis): Promise<PutRecordsCommandOutput> {
  return client.send(new PutRecordsCommand({ StreamName, Records: entries(count) }));
}

/** Texts of the records that the answer says are stored, in the order of the request. */
function storedTexts({ Records = [] }: PutRecordsCommandOutput): string[] {
  return Records.flatMap(({ SequenceNumber }, place) => (SequenceNumber === undefined ? [] : [`record-${place}`]));
}

test('what is beyond the rate of its shard fails record by record, and the others are stored', async () => {
  const noon = Date.now();
  const still = await InnerKinesis.start({ now: () => noon });
  await createStream(still.client, 'rate');
  const answers = [];
  for (let requests = 0; requests < 3; requests++) answers.push(await put('rate', 400, still));
  expect(answers.map(({ FailedRecordCount }) => FailedRecordCount)).toEqual([0, 0, 200]);
  expect(answers[2]?.Records?.slice(200)).toEqual(
    Array.from({ length: 200 }, () => ({
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage: 'Rate exceeded for shard shardId-000000000000 in stream rate under account 000000000000.',
    })),
  );
  const record = { StreamName: 'rate', PartitionKey: 'k', Data: Buffer.from('one') };
  await expect(still.client.send(new PutRecordCommand(record))).rejects.toMatchObject({
    name: 'ProvisionedThroughputExceededException',
    message: 'Rate exceeded for shard shardId-000000000000 in stream rate under account 000000000000.',
    $metadata: { httpStatusCode: 400 },
  });
  expect(await readTexts(still.client, { StreamName: 'rate' })).toEqual(answers.flatMap(storedTexts));
  await still.stop();
});

test('a shard that is full refuses its records and no others, and the answer keeps the order of the request', async () => {
  const noon = Date.now();
  const still = await InnerKinesis.start({ now: () => noon });
  await createStream(still.client, 'two', 2);
  const record = (hash: bigint) => ({ PartitionKey: 'k', ExplicitHashKey: String(hash), Data: Buffer.from('x') });
  const send = (Records: ReturnType<typeof record>[]) =>
    still.client.send(new PutRecordsCommand({ StreamName: 'two', Records }));
  for (let requests = 0; requests < 2; requests++) await send(Array.from({ length: 500 }, () => record(0n)));
  const { FailedRecordCount, Records } = await send([0n, 2n ** 127n, 0n, 2n ** 128n - 1n].map(record));
  const [low, high] = ['ProvisionedThroughputExceededException', 'shardId-000000000001'];
  expect(Records?.map(({ ShardId, ErrorCode }) => ShardId ?? ErrorCode)).toEqual([low, high, low, high]);
  expect(FailedRecordCount).toBe(2);
  await still.stop();
});

test('half of the records are throttled until the fault is taken away', async () => {
  await createStream(kinesis.client, 'half');
  const fault = await kinesis.addFault({ kind: 'throttle', stream: 'half', share: 0.5 });
  const throttled = await put('half', 400);
  expect(throttled.FailedRecordCount).toBeGreaterThan(150);
  expect(throttled.FailedRecordCount).toBeLessThan(250);
  expect(await fault.readHits()).toBe(throttled.FailedRecordCount);
  await fault.remove();
  const calm = await put('half', 400);
  expect(calm.FailedRecordCount).toBe(0);
  expect(await readTexts(kinesis.client, { StreamName: 'half' })).toEqual([throttled, calm].flatMap(storedTexts));
});

test.each([
  [1, 'InternalFailure', 'Internal service failure.'],
  [
    7,
    'ProvisionedThroughputExceededException',
    'Rate exceeded for shard shardId-000000000000 in stream fail-7 under account 000000000000.',
  ],
  [20, 'InternalFailure', 'Internal service failure.'],
])('exactly %d of 20 records fail, once', async (count, error, message) => {
  const stream = `fail-${count}`;
  await createStream(kinesis.client, stream);
  const fault = await kinesis.addFault({ kind: 'fail-records', stream, count, error });
  // Too few for that many failures: the fault waits.
  const before = count === 1 ? [] : [await put(stream, count - 1)];
  const failing = await put(stream, 20);
  expect(before.map(({ FailedRecordCount }) => FailedRecordCount)).toEqual(before.map(() => 0));
  expect(failing.FailedRecordCount).toBe(count);
  const errors = failing.Records?.filter(({ ErrorCode }) => ErrorCode !== undefined) ?? [];
  expect(errors).toEqual(Array.from({ length: count }, () => ({ ErrorCode: error, ErrorMessage: message })));
  expect(await fault.readHits()).toBe(1);
  const after = await put(stream, 20);
  expect(after.FailedRecordCount).toBe(0);
  const stored = [...before, failing, after].flatMap(storedTexts);
  expect(await readTexts(kinesis.client, { StreamName: stream })).toEqual(stored);
});

test('a put whose answer is lost has stored its records', async () => {
  await createStream(kinesis.client, 'lost');
  const fault = await kinesis.addFault({ kind: 'lose-answer', stream: 'lost' });
  await expect(put('lost', 2)).rejects.toThrow('read ECONNRESET');
  expect(await fault.readHits()).toBe(1);
  expect((await put('lost', 1)).FailedRecordCount).toBe(0);
  expect(await readTexts(kinesis.client, { StreamName: 'lost' })).toEqual(['record-0', 'record-1', 'record-0']);
});

test('a fault that there is not is refused, with every problem named', async () => {
  const fault = { kind: 'fail-records', count: 501, error: 'X' };
  await expect(kinesis.addFault(fault)).rejects.toThrow(/^count: .*; error: .*/);
});
