import type { InjectOptions } from 'fastify';
import { answerWith, type KinesisAnswer, startKinesis, stopKinesis } from '../../support/fake-kinesis.ts';
import { createGateway } from '../create-gateway.ts';

/** Sends as the course's scripts do: `requests` with this one header, also where there is no body. */
const HEADERS = { 'content-type': 'application/json' };

async function startGateway(answer?: KinesisAnswer, answerLimitMs?: number) {
  const { endpoint, calls } = await startKinesis(answer);
  const gateway = createGateway({ kinesis: { endpoint, ...(answerLimitMs !== undefined && { answerLimitMs }) } });
  const send = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, more: Omit<InjectOptions, 'method'> = {}) =>
    gateway.server.inject({ ...more, method, url, headers: { ...HEADERS, ...more.headers } });
  return { ...gateway, send, calls };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const put = (count: number, data: string) =>
  JSON.stringify({ records: Array.from({ length: count }, (_, i) => ({ data, 'partition-key': `k${i}` })) });

afterEach(stopKinesis);

describe('the paths of streams', () => {
  it.each([
    ['GET', '/streams', undefined, 'ListStreams', {}],
    ['GET', '/streams/', undefined, 'ListStreams', {}],
    ['GET', '/streams/s', undefined, 'DescribeStream', { StreamName: 's' }],
    ['POST', '/streams/s', undefined, 'CreateStream', { StreamName: 's', ShardCount: 5 }],
    ['POST', '/streams/s', '{}', 'CreateStream', { StreamName: 's', ShardCount: 5 }],
    ['POST', '/streams/s', '{"ShardCount": 2}', 'CreateStream', { StreamName: 's', ShardCount: 2 }],
    ['POST', '/streams/s', '{"ShardCount": "3"}', 'CreateStream', { StreamName: 's', ShardCount: 3 }],
    ['DELETE', '/streams/s', undefined, 'DeleteStream', { StreamName: 's' }],
    [
      'PUT',
      '/streams/s/record',
      '{"StreamName": "other", "Data": { "index": 7528, "x": 1e400 }, "PartitionKey": "partition-1"}',
      'PutRecord',
      { StreamName: 's', Data: base64('{ "index": 7528, "x": 1e400 }'), PartitionKey: 'partition-1' },
    ],
    [
      'PUT',
      '/streams/s/records',
      '{"records": [{"data": "{\\"a\\": 1e400}", "partition-key": "7528"}, {"data": "\\u00e9", "partition-key": 1.0}]}',
      'PutRecords',
      {
        StreamName: 's',
        Records: [
          { Data: base64('{"a": 1e400}'), PartitionKey: '7528' },
          { Data: base64('é'), PartitionKey: '1.0' },
        ],
      },
    ],
    [
      'GET',
      '/streams/s/sharditerator?shard-id=shardId-000000000000',
      undefined,
      'GetShardIterator',
      { StreamName: 's', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' },
    ],
    [
      'GET',
      '/streams/s/sharditerator?shard-id=a&shard-iterator-type=AFTER_SEQUENCE_NUMBER&starting-sequence-number=49',
      undefined,
      'GetShardIterator',
      { StreamName: 's', ShardId: 'a', ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '49' },
    ],
  ] as const)('%s %s with the body %s is the action %s', async (method, url, payload, action, input) => {
    const { send, calls } = await startGateway();
    const response = await send(method, url, payload === undefined ? {} : { payload });
    expect(response.statusCode).toBe(200);
    expect(calls).toEqual([{ action, input }]);
  });

  it('reads records with the iterator of the header', async () => {
    const answer = {
      NextShardIterator: 'next',
      MillisBehindLatest: 0,
      Records: [
        { SequenceNumber: '49', ApproximateArrivalTimestamp: 1_764_000_000.125, Data: base64('{}'), PartitionKey: 'k' },
      ],
    };
    const { send, calls } = await startGateway(answerWith(200, answer));
    const response = await send('GET', '/streams/s/records', { headers: { 'shard-iterator': 'AAAA' } });
    expect(calls).toEqual([{ action: 'GetRecords', input: { ShardIterator: 'AAAA' } }]);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.json()).toEqual(answer);
  });

  it('answers with what Kinesis says and nothing of the SDK', async () => {
    const answer = {
      FailedRecordCount: 1,
      Records: [
        { SequenceNumber: '1', ShardId: 'shardId-000000000000' },
        { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' },
      ],
    };
    const { send, lines } = await startGateway(answerWith(200, answer));
    expect((await send('PUT', '/streams/s/records', { payload: put(2, 'private') })).json()).toEqual(answer);
    expect(lines.join('')).toContain('"records":2,"failed":1,"first":"ProvisionedThroughputExceededException"');
    expect(lines.join('')).not.toContain('private');
  });

  it('answers with an empty body where Kinesis does', async () => {
    const { send } = await startGateway(answerWith(200, ''));
    for (const method of ['POST', 'DELETE'] as const) {
      const response = await send(method, '/streams/s');
      expect([response.statusCode, response.body]).toEqual([200, '']);
    }
  });

  it('takes JSON without a content type, as API Gateway does', async () => {
    const { server, calls } = await startGateway();
    const payload = '{"Data":1,"PartitionKey":"k"}';
    expect((await server.inject({ method: 'PUT', url: '/streams/s/record', payload })).statusCode).toBe(200);
    expect(calls[0]?.input).toMatchObject({ Data: base64('1') });
  });
});

describe('errors of Kinesis', () => {
  it.each([
    [400, 'ResourceNotFoundException', 'Stream s under account 000000000000 not found.'],
    [400, 'ProvisionedThroughputExceededException', 'Rate exceeded for shard shardId-000000000000'],
    [400, 'ResourceInUseException', 'Stream s already exists'],
    [400, 'SomethingNewException', 'unheard of'],
    [500, 'InternalFailure', 'The request processing has failed'],
  ])('keep their status %i, their name %s and their message', async (status, type, message) => {
    const { send, calls } = await startGateway(answerWith(status, { __type: type, message }));
    const response = await send('GET', '/streams/s');
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.json()).toEqual({ __type: type, message });
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['does not listen', undefined, /^Kinesis does not answer: .*ECONNREFUSED/],
    ['breaks the connection off', (response) => void response.destroy(), /^Kinesis does not answer: .*socket hang up/],
    ['never answers', () => undefined, /^Kinesis does not answer: no answer within 0.2 s/],
  ] as [string, KinesisAnswer | undefined, RegExp][])(
    'answers 503 when Kinesis %s, after one try',
    async (_what, answer, said) => {
      const { send, calls } = await startGateway(answer, 200);
      if (answer === undefined) await stopKinesis();
      const response = await send('PUT', '/streams/s/records', { payload: put(1, '{}') });
      expect(response.statusCode).toBe(503);
      expect(response.headers['retry-after']).toBe('1');
      expect(response.json()).toEqual({
        __type: 'ServiceUnavailableException',
        message: expect.stringMatching(said) as string,
      });
      expect(calls).toHaveLength(answer === undefined ? 0 : 1);
    },
  );

  it('leave Kafka alone: its paths answer as before', async () => {
    const { post, server, send } = await startGateway(undefined, 200);
    await stopKinesis();
    expect((await send('GET', '/streams')).statusCode).toBe(503);
    expect((await post('{"records":[{"value":1}]}')).statusCode).toBe(200);
    expect((await server.inject('/readyz')).statusCode).toBe(200);
    expect((await server.inject({ method: 'PUT', url: '/topics/one' })).json()).toMatchObject({ error_code: 405 });
  });
});

describe('requests that are refused before Kinesis is asked', () => {
  it.each([
    ['PUT', '/streams/s/record', '', 'body is empty'],
    ['PUT', '/streams/s/record', undefined, 'body is empty'],
    ['PUT', '/streams/s/record', '{"Data":', 'body is not valid JSON at byte 8'],
    ['PUT', '/streams/s/record', '[]', 'body is not a JSON object at byte 0'],
    [
      'PUT',
      '/streams/s/records',
      put(501, '1'),
      'request has more than 500 records, which is the most that Kinesis takes at once',
    ],
    ['POST', '/streams/s', '{"ShardCount":0}', '"ShardCount" is not a whole number of 1 or more'],
    ['POST', '/streams/s', '{"ShardCount":1.5}', '"ShardCount" is not a whole number of 1 or more'],
    ['GET', '/streams/s/sharditerator', undefined, 'the query parameter "shard-id" is absent'],
    [
      'GET',
      '/streams/s/sharditerator?shard-id=a&shard-id=b',
      undefined,
      'the query parameter "shard-id" occurs 2 times',
    ],
    ['GET', '/streams/s/records', undefined, 'the header Shard-Iterator is absent'],
  ] as const)('%s %s with the body %#', async (method, url, payload, message) => {
    const { send, calls } = await startGateway();
    const response = await send(method, url, payload === undefined ? {} : { payload });
    expect(response.json()).toEqual({ __type: 'ValidationException', message });
    expect(response.statusCode).toBe(400);
    expect(calls).toEqual([]);
  });

  it('name the path that there is not', async () => {
    const { send, calls } = await startGateway();
    for (const [method, url] of [
      ['POST', '/streams/s/records'],
      ['PUT', '/streams/record?stream-name=s'],
    ] as const) {
      const response = await send(method, url, { payload: '{}' });
      expect(response.statusCode).toBe(404);
      expect(response.json()).toEqual({
        __type: 'UnknownOperationException',
        message: `there is no ${method} ${url}`,
      });
    }
    expect(calls).toEqual([]);
  });

  it('may be too large or of another content type', async () => {
    const { send, calls } = await startGateway();
    const large = await send('PUT', '/streams/s/record', { payload: `"${'x'.repeat(10 * 1024 * 1024)}"` });
    expect(large.statusCode).toBe(413);
    expect(large.json()).toEqual({ __type: 'RequestEntityTooLargeException', message: 'body is larger than 10 MiB' });
    const headers = { 'content-type': 'application/vnd.kafka.json.v2+json' };
    const foreign = await send('PUT', '/streams/s/record', { payload: '{}', headers });
    expect(foreign.statusCode).toBe(415);
    expect(foreign.json()).toEqual({
      __type: 'UnsupportedMediaTypeException',
      message: 'content type "application/vnd.kafka.json.v2+json" is not supported, only application/json is',
    });
    expect(calls).toEqual([]);
  });
});
