import { createGateway, TYPE } from './create-gateway.ts';

describe('POST /topics/{topic}', () => {
  it('stores the bytes of the request and answers with the offset of every record, in its order', async () => {
    const { post, stored } = createGateway();
    const response = await post(
      '{"records":[{"key":7528,"value":{"a": 1e400}},{"key":"k1","value":null},{"partition":0,"value":"é"},{"key":7528,"value":2}]}',
    );
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/vnd.kafka.v2+json');
    expect(response.json()).toEqual({
      offsets: [
        { partition: 1, offset: 0, error_code: null, error: null },
        { partition: 2, offset: 0, error_code: null, error: null },
        { partition: 0, offset: 0, error_code: null, error: null },
        { partition: 1, offset: 1, error_code: null, error: null },
      ],
      key_schema_id: null,
      value_schema_id: null,
    });
    expect(stored).toEqual([
      { partition: 1, key: '7528', value: '{"a": 1e400}' },
      { partition: 1, key: '7528', value: '2' },
      { partition: 2, key: '"k1"', value: undefined },
      { partition: 0, key: undefined, value: '"é"' },
    ]);
  });

  it('sends all records without a key to one partition, another one for each request', async () => {
    const { post } = createGateway();
    const partitions: number[][] = [];
    for (let i = 0; i < 4; i++) {
      const response = await post('{"records":[{"value":1},{"value":2}]}');
      partitions.push(response.json<{ offsets: { partition: number }[] }>().offsets.map(({ partition }) => partition));
    }
    expect(partitions).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [0, 0],
    ]);
  });

  it('answers 200 with a code beside each record that Kafka did not store', async () => {
    const { post } = createGateway({
      outcome: ({ partition }) =>
        partition === 0
          ? { failure: { kind: 'unavailable', code: 50003, message: 'away' } }
          : { failure: { kind: 'refused', code: 50002, message: 'too large' } },
    });
    const response = await post('{"records":[{"partition":1},{"partition":0},{"partition":7}]}');
    expect(response.statusCode).toBe(200);
    expect(response.json<{ offsets: unknown }>().offsets).toEqual([
      { partition: null, offset: null, error_code: 50002, error: 'too large' },
      { partition: null, offset: null, error_code: 50003, error: 'away' },
      { partition: null, offset: null, error_code: 40402, error: 'topic "a.pin" has 3 partitions, no partition 7' },
    ]);
  });

  it.each([
    [40101, 401],
    [40301, 403],
  ])('answers a record with code %i with status %i', async (code, status) => {
    const { post } = createGateway({ outcome: () => ({ failure: { kind: 'refused', code, message: 'no' } }) });
    expect((await post('{"records":[{}]}')).statusCode).toBe(status);
  });

  it.each([
    [
      'an unknown topic',
      { topic: 'nope' },
      '{"records":[{}]}',
      404,
      { error_code: 40401, message: 'topic "nope" does not exist' },
    ],
    ['malformed JSON', {}, '{"records":', 400, { error_code: 400, message: '"records" is not an array at byte 11' }],
    ['an empty body', {}, '', 400, { error_code: 400, message: 'body is empty' }],
    ['no records', {}, '{"records":[]}', 422, { error_code: 422, message: '"records" is absent or empty' }],
    [
      'another content type',
      { headers: { 'content-type': 'application/json' } },
      '{"records":[{}]}',
      415,
      {
        error_code: 415,
        message:
          'content type "application/json" is not taken; served are application/vnd.kafka.json.v2+json and application/vnd.kafka.binary.v2+json',
      },
    ],
    [
      'an Accept header that excludes the answer',
      { headers: { accept: 'text/html, image/*' } },
      '{"records":[{}]}',
      406,
      {
        error_code: 406,
        message: 'the answer is application/vnd.kafka.v2+json, which the Accept header does not allow',
      },
    ],
    [
      'a body above 10 MiB',
      {},
      `{"records":[{"value":"${'x'.repeat(10 * 1024 * 1024)}"}]}`,
      413,
      { error_code: 413, message: 'body is larger than 10 MiB' },
    ],
  ])('refuses %s', async (_what, options, payload, status, envelope) => {
    const { post, stored } = createGateway();
    const response = await post(payload, options);
    expect(response.json()).toEqual(envelope);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/vnd.kafka.v2+json');
    expect(stored).toEqual([]);
  });

  it.each(['*/*', 'application/json', 'text/html, application/vnd.kafka.v2+json;q=0.9', 'application/*'])(
    'accepts Accept: %s',
    async (accept) => {
      const { post } = createGateway();
      expect((await post('{"records":[{}]}', { headers: { accept } })).statusCode).toBe(200);
    },
  );

  it('accepts a content type with a parameter', async () => {
    const { post } = createGateway();
    expect((await post('{"records":[{}]}', { headers: { 'content-type': `${TYPE}; charset=utf-8` } })).statusCode).toBe(
      200,
    );
  });

  it('refuses a request without a content type, and other methods', async () => {
    const { server } = createGateway();
    expect((await server.inject({ method: 'POST', url: '/topics/one' })).statusCode).toBe(415);
    // Whatever it brings: the type of a body says nothing about the method.
    const put = await server.inject({ method: 'PUT', url: '/topics/one', payload: { records: [] } });
    expect(put.statusCode).toBe(405);
    expect(put.headers.allow).toBe('GET, POST');
    expect(put.json()).toEqual({ error_code: 405, message: 'PUT is not possible here, only GET, POST is' });
    const elsewhere = await server.inject({ method: 'GET', url: '/nowhere' });
    expect(elsewhere.statusCode).toBe(404);
    expect(elsewhere.json()).toEqual({ error_code: 404, message: 'there is no GET /nowhere' });
  });

  it('sends a caller away for a second while its queue is full', async () => {
    const { post, stored } = createGateway({ limits: { records: 2, bytes: 10_000 } });
    const response = await post('{"records":[{},{},{}]}');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('1');
    expect(response.json()).toEqual({
      error_code: 503,
      message: 'too many records are waiting for Kafka, none of these was taken',
    });
    expect((await post('{"records":[{},{}]}')).statusCode).toBe(200);
    expect(stored).toHaveLength(2);
  });

  it('answers 503 where Kafka was never reached', async () => {
    const { post } = createGateway({ away: true });
    const response = await post('{"records":[{}]}');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('1');
    expect(response.json()).toEqual({ error_code: 50302, message: 'Kafka does not answer: connection refused' });
  });

  it('answers 500 for a defect of its own', async () => {
    const { server, post } = createGateway();
    server.addHook('onRequest', () => Promise.reject(new TypeError('x is not a function')));
    const response = await post('{"records":[{}]}');
    expect(response.statusCode).toBe(500);
    expect(response.json()).toEqual({ error_code: 500, message: 'internal error' });
  });

  it('logs what failed and never what was sent', async () => {
    const { post, lines } = createGateway({
      outcome: () => ({ failure: { kind: 'refused', code: 50002, message: 'no' } }),
    });
    await post('{"records":[{"value":"private text"}]}');
    await post('{"records":[{"value":"private text" x]}');
    expect(lines.join('')).toContain('"msg":"records failed"');
    expect(lines.join('')).toContain('"msg":"request failed"');
    expect(lines.join('')).not.toContain('private');
  });
});

describe('POST /topics/{topic}/partitions/{partition}', () => {
  const post = (gateway: ReturnType<typeof createGateway>, partition: string, type = TYPE) =>
    gateway.server.inject({
      method: 'POST',
      url: `/topics/a.pin/partitions/${partition}`,
      headers: { 'content-type': type },
      payload: '{"records":[{"key":"azE="},{"value":"Ig==","partition":0}]}',
    });

  it('sends records to the partition unless they name one themselves', async () => {
    const gateway = createGateway();
    expect((await post(gateway, '2')).statusCode).toBe(200);
    expect(gateway.stored.map(({ partition }) => partition).toSorted()).toEqual([0, 2]);
  });

  it('takes both formats', async () => {
    const gateway = createGateway();
    await post(gateway, '0', 'application/vnd.kafka.binary.v2+json; charset=utf-8');
    await post(gateway, '0');
    expect(gateway.stored).toEqual([
      { partition: 0, key: 'k1', value: undefined },
      { partition: 0, key: undefined, value: '"' },
      { partition: 0, key: '"azE="', value: undefined },
      { partition: 0, key: undefined, value: '"Ig=="' },
    ]);
  });

  it.each([
    ['3', 40402, 'topic "a.pin" has 3 partitions, no 3'],
    ['x', 404, '"x" is no number of a partition'],
    ['-1', 404, '"-1" is no number of a partition'],
  ])('refuses partition %s as a whole', async (partition, code, message) => {
    const gateway = createGateway();
    const response = await post(gateway, partition);
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({ error_code: code, message });
    expect(gateway.stored).toEqual([]);
  });
});

describe('GET /topics', () => {
  it('lists the topics, without those that Kafka keeps for itself', async () => {
    const response = await createGateway().server.inject('/topics');
    expect(response.headers['content-type']).toBe('application/vnd.kafka.v2+json');
    expect(response.json()).toEqual(['a.pin', 'one']);
  });

  it('tells the settings of a topic and where its partitions are', async () => {
    const replicas = [{ broker: 1, leader: true, in_sync: true }];
    expect((await createGateway().server.inject('/topics/a.pin')).json()).toEqual({
      name: 'a.pin',
      configs: { 'cleanup.policy': 'delete' },
      partitions: [
        { partition: 0, leader: 1, replicas },
        { partition: 1, leader: 1, replicas },
        { partition: 2, leader: 1, replicas },
      ],
    });
  });

  it.each([
    ['/topics/nope', false, 404, 40401],
    ['/topics', true, 503, 50302],
    ['/topics/one', true, 503, 50302],
  ])('answers %s with Kafka away: %s by status %i and code %i', async (url, away, status, code) => {
    const response = await createGateway({ away }).server.inject(url);
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ error_code: code });
  });
});

describe('GET /healthz and /readyz', () => {
  it('tells a process that runs from one that reaches Kafka', async () => {
    const near = createGateway();
    expect((await near.server.inject('/healthz')).statusCode).toBe(200);
    expect((await near.server.inject('/readyz')).json()).toEqual({ status: 'ready' });
    const away = createGateway({ away: true });
    expect((await away.server.inject('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await away.server.inject('/readyz')).statusCode).toBe(503);
  });
});
