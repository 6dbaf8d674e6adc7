import { KinesisStreams } from '../../../activities/kinesis/adapter.ts';
import { answerWith, type KinesisCall, startKinesis, stopKinesis } from '../../support/fake-kinesis.ts';

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
const signal = new AbortController().signal;

/** A Kinesis that gives the prepared answers to each action one after the other, the last one for ever. */
async function open(answers: Readonly<Record<string, readonly (readonly [number, object])[]>>) {
  const given = new Map<string, number>();
  const { endpoint, calls } = await startKinesis((response, { action = '' }: KinesisCall) => {
    const turn = given.get(action) ?? 0;
    given.set(action, turn + 1);
    const [status, body] = answers[action]?.[turn] ?? answers[action]?.at(-1) ?? [500, { __type: 'Unprepared' }];
    answerWith(status, body)(response, { action, input: {} });
  });
  return { streams: new KinesisStreams({ endpoint, region: 'us-east-1', credentials }), calls };
}

const status = (StreamStatus: string) => [200, { StreamDescriptionSummary: { StreamStatus } }] as const;
const failure = (code: number, type: string) => [code, { __type: type, message: 'says why' }] as const;
const ABSENT = failure(400, 'ResourceNotFoundException');

afterEach(stopKinesis);

describe('deleteStreams', () => {
  it('deletes a stream that there is, waits until it is gone and is content with one that is not there', async () => {
    const { streams, calls } = await open({
      DescribeStreamSummary: [status('ACTIVE'), status('DELETING'), ABSENT],
      DeleteStream: [[200, {}]],
    });
    await streams.deleteStreams({ names: ['a', 'b'], signal });
    expect(calls.map(({ action, input }) => `${action} ${String(input['StreamName'])}`)).toEqual([
      ...['DescribeStreamSummary a', 'DeleteStream a', 'DescribeStreamSummary a', 'DescribeStreamSummary a'],
      'DescribeStreamSummary b',
    ]);
  });
});

describe('ensureStreams', () => {
  it('creates a stream that is missing and waits until it is active', async () => {
    const { streams, calls } = await open({
      DescribeStreamSummary: [ABSENT, status('CREATING'), status('ACTIVE')],
      CreateStream: [[200, {}]],
    });
    await streams.ensureStreams({ names: ['s'], shards: 2, signal });
    expect(calls.map(({ action }) => action)).toEqual([
      'DescribeStreamSummary',
      'CreateStream',
      'DescribeStreamSummary',
      'DescribeStreamSummary',
    ]);
    expect(calls[1]?.input).toEqual({ StreamName: 's', ShardCount: 2 });
  });

  it.each(['ACTIVE', 'UPDATING'])('leaves a stream that is %s as it is', async (now) => {
    const { streams, calls } = await open({ DescribeStreamSummary: [status(now)] });
    await streams.ensureStreams({ names: ['a', 'b'], shards: 9, signal });
    expect(calls.map(({ action, input }) => [action, input['StreamName']])).toEqual([
      ['DescribeStreamSummary', 'a'],
      ['DescribeStreamSummary', 'b'],
    ]);
  });

  it('waits for a stream that is being deleted and creates it anew', async () => {
    const { streams, calls } = await open({
      DescribeStreamSummary: [status('DELETING'), ABSENT, status('ACTIVE')],
      CreateStream: [[200, {}]],
    });
    await streams.ensureStreams({ names: ['s'], shards: 1, signal });
    expect(calls.map(({ action }) => action)).toContain('CreateStream');
  });

  it('is content where someone else was faster', async () => {
    const { streams, calls } = await open({
      DescribeStreamSummary: [ABSENT, status('ACTIVE')],
      CreateStream: [failure(400, 'ResourceInUseException')],
    });
    await streams.ensureStreams({ names: ['s'], shards: 1, signal });
    expect(calls).toHaveLength(3);
  });

  it('stops waiting when it is cancelled', async () => {
    const { streams, calls } = await open({ DescribeStreamSummary: [status('CREATING')] });
    const waiting = streams.ensureStreams({ names: ['s'], shards: 1, signal: AbortSignal.timeout(300) });
    await expect(waiting).rejects.toThrow(/abort/i);
    expect(calls.length).toBeGreaterThan(0);
  });
});

describe('listShards', () => {
  const shard = (ShardId: string, [start, end]: readonly [string, string], ended?: string) => ({
    ShardId,
    HashKeyRange: { StartingHashKey: start, EndingHashKey: end },
    SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: ended },
  });

  it('gives the open shards of every page with their ranges of hash keys', async () => {
    const last = String(2n ** 128n - 1n);
    const { streams, calls } = await open({
      ListShards: [
        [200, { Shards: [shard('parent', ['0', last], '9'), shard('low', ['0', '5'])], NextToken: 'more' }],
        [200, { Shards: [shard('high', ['6', last])] }],
      ],
    });
    expect(await streams.listShards('s')).toEqual([
      { shardId: 'low', startingHashKey: 0n, endingHashKey: 5n },
      { shardId: 'high', startingHashKey: 6n, endingHashKey: 2n ** 128n - 1n },
    ]);
    expect(calls.map(({ input }) => input)).toEqual([{ StreamName: 's' }, { NextToken: 'more' }]);
  });

  it.each([
    [400, 'ResourceNotFoundException', 'KINESIS_REFUSED'],
    [400, 'AccessDeniedException', 'KINESIS_REFUSED'],
    [400, 'LimitExceededException', 'KINESIS_UNAVAILABLE'],
    [400, 'ThrottlingException', 'KINESIS_UNAVAILABLE'],
    [500, 'InternalFailure', 'KINESIS_UNAVAILABLE'],
  ])('reports status %i with %s as %s', async (httpStatus, type, code) => {
    const { streams } = await open({ ListShards: [failure(httpStatus, type)] });
    await expect(streams.listShards('s')).rejects.toMatchObject({
      code,
      message: `could not list the shards of stream "s": ${type}: says why`,
    });
  });

  it('reports a Kinesis that is away as unavailable', async () => {
    const { streams } = await open({});
    await stopKinesis();
    await expect(streams.listShards('s')).rejects.toMatchObject({
      code: 'KINESIS_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});
