import {
  ListStreamsCommand,
  paginateListStreams,
  PutRecordCommand,
  PutRecordsCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { createStream, InnerKinesis, readTexts } from './kinesis-fixture.ts';

let kinesis: InnerKinesis;
beforeAll(async () => {
  kinesis = await InnerKinesis.start();
});
afterAll(() => kinesis.stop());

/** An answer to a request that no SDK would make. */
async function post(body: string, headers: Record<string, string>) {
  const answer = await fetch(kinesis.address, { method: 'POST', body, headers });
  const { __type: type, message } = (await answer.json()) as Record<string, string>;
  return { status: answer.status, type, message };
}

const target = { 'x-amz-target': 'Kinesis_20131202.ListStreams' };
const authorization = 'AWS4-HMAC-SHA256 Credential=id/20261128/us-east-1/kinesis/aws4_request, Signature=0';

test.each([
  ['without credentials', '{}', target, 'MissingAuthenticationTokenException'],
  ['without a key', '{}', { ...target, authorization: 'Bearer x' }, 'IncompleteSignatureException'],
  ['without an operation', '{}', { authorization }, 'UnknownOperationException'],
  ['without JSON', '<html>', { ...target, authorization }, 'SerializationException'],
  ['with JSON that is no object', '[1', { ...target, authorization }, 'SerializationException'],
])('a request %s is refused', async (_, body, headers, type) => {
  expect(await post(body, headers)).toMatchObject({ status: 400, type });
});

test('what is missing in the double is refused in words that name what to do instead', async () => {
  await createStream(kinesis.client, 'fixed');
  const update = { StreamName: 'fixed', TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' } as const;
  await expect(kinesis.client.send(new UpdateShardCountCommand(update))).rejects.toThrow(
    'UpdateShardCount is missing in this double of Kinesis: use SplitShard and MergeShards',
  );
});

test('streams are listed page by page, by name', async () => {
  for (const name of ['page-c', 'page-a', 'page-b']) await createStream(kinesis.client, name);
  const pages: string[][] = [];
  for await (const page of paginateListStreams({ client: kinesis.client, pageSize: 2 }, {}))
    pages.push((page.StreamNames ?? []).filter((name) => name.startsWith('page-')));
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flat()).toEqual(['page-a', 'page-b', 'page-c']);
  const after = new ListStreamsCommand({ ExclusiveStartStreamName: 'page-a', Limit: 1 });
  expect((await kinesis.client.send(after)).StreamNames).toEqual(['page-b']);
});

describe('the size', () => {
  const client = () => kinesis.client;
  const megabyte = (place: number) => ({ PartitionKey: `k${place}`, Data: Buffer.alloc(1_000_000) });

  beforeAll(() => createStream(client(), 'sized'));

  test('of a request is at most 5 MiB, of which nothing is stored otherwise', async () => {
    const put = (count: number) =>
      client().send(
        new PutRecordsCommand({ StreamName: 'sized', Records: Array.from({ length: count }, (_, i) => megabyte(i)) }),
      );
    for (const count of [6, 12]) {
      await expect(put(count)).rejects.toMatchObject({
        name: 'InvalidArgumentException',
        message: 'Records size exceeds 5 MB limit',
      });
    }
    expect(await readTexts(client(), { StreamName: 'sized' })).toEqual([]);
    expect((await put(5)).Records).toHaveLength(5);
  });

  test('of a record is at most 1 MiB', async () => {
    const tooLarge = { StreamName: 'sized', PartitionKey: 'k', Data: Buffer.alloc(1024 * 1024 + 1) };
    await expect(client().send(new PutRecordCommand(tooLarge))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/Member must have length less than or equal to 1048576$/),
    });
  });
});
