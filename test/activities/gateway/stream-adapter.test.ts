import { createServer, type Server, type ServerResponse } from 'node:http';
import { createStreamGateway } from '../../../activities/gateway/stream-adapter.ts';

const servers: Server[] = [];

async function startGateway(answer: (response: ServerResponse) => void, key?: string) {
  const received: { method: string | undefined; url: string | undefined; type: string | undefined; body: string }[] =
    [];
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString('utf8')));
    request.on('end', () => {
      received.push({ method: request.method, url: request.url, type: request.headers['content-type'], body });
      keys.push(request.headers['x-api-key']);
      answer(response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const gateway = createStreamGateway({
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/`,
    key,
  });
  const put = (signal = new AbortController().signal) => gateway.putRecords({ stream: 's/1', records, signal });
  return { put, received, keys };
}

const answerWith = (status: number, body: unknown) => (response: ServerResponse) =>
  void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));

const records = [
  { partitionKey: '7528', data: '{"index": 7528, "x": 1e400, "é": "\\u00e9"}' },
  { partitionKey: 'k', data: '{}' },
];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('createStreamGateway', () => {
  it('shows its key where it has one', async () => {
    const { put, keys } = await startGateway((response) => void response.writeHead(403).end(), 'etl.secret');
    await expect(put()).rejects.not.toThrow('secret');
    const without = await startGateway((response) => void response.writeHead(403).end());
    await expect(without.put()).rejects.toThrow('gateway answered 403');
    expect([keys, without.keys]).toEqual([['etl.secret'], [undefined]]);
  });

  it("puts each record's own text and says what became of each", async () => {
    const { put, received } = await startGateway(
      answerWith(200, {
        FailedRecordCount: 1,
        Records: [
          { ShardId: 'shardId-000000000001', SequenceNumber: '49' },
          { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' },
        ],
      }),
    );
    expect(await put()).toEqual([
      { shardId: 'shardId-000000000001', sequenceNumber: '49' },
      { errorCode: 'ProvisionedThroughputExceededException', message: 'Rate exceeded' },
    ]);
    expect(received).toEqual([
      { method: 'PUT', url: '/streams/s%2F1/records', type: 'application/json', body: expect.any(String) as string },
    ]);
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      records: [
        { data: records[0]?.data, 'partition-key': '7528' },
        { data: '{}', 'partition-key': 'k' },
      ],
    });
  });

  it.each([
    [
      503,
      { __type: 'ServiceUnavailableException', message: 'away' },
      'GATEWAY_UNAVAILABLE',
      'ServiceUnavailableException away',
    ],
    [500, { __type: 'InternalFailure', message: 'why' }, 'GATEWAY_UNAVAILABLE', 'InternalFailure why'],
    [429, { message: 'Too Many Requests' }, 'GATEWAY_UNAVAILABLE', 'Too Many Requests'],
    [
      400,
      { __type: 'ProvisionedThroughputExceededException', message: 'slow' },
      'GATEWAY_UNAVAILABLE',
      'ProvisionedThroughputExceededException slow',
    ],
    [400, { __type: 'KMSThrottlingException', message: 'slow' }, 'GATEWAY_UNAVAILABLE', 'KMSThrottlingException slow'],
    [400, { __type: 'ResourceNotFoundException', message: 'no' }, 'GATEWAY_REFUSED', 'ResourceNotFoundException no'],
    [403, { message: 'Forbidden' }, 'GATEWAY_REFUSED', 'Forbidden'],
  ])('takes status %i with %j for %s', async (status, body, code, said) => {
    const { put } = await startGateway(answerWith(status, body));
    await expect(put()).rejects.toMatchObject({
      code,
      message: `gateway answered ${status} to records for stream "s/1": ${said}`,
    });
  });

  it.each([
    ['{', 'GATEWAY_UNAVAILABLE', 'with text that is not JSON'],
    [{ Records: [] }, 'GATEWAY_REFUSED', 'with 0 outcomes for 2 records'],
    [{}, 'GATEWAY_REFUSED', 'with 0 outcomes for 2 records'],
  ])('takes the answer %j for %s', async (body, code, said) => {
    const { put } = await startGateway(answerWith(200, body));
    await expect(put()).rejects.toMatchObject({ code, message: `gateway answered for stream "s/1" ${said}` });
  });

  it('names a record without an outcome', async () => {
    const { put } = await startGateway(answerWith(200, { Records: [{ ShardId: 'a', SequenceNumber: '1' }, {}] }));
    await expect(put()).rejects.toMatchObject({
      code: 'GATEWAY_REFUSED',
      message: 'gateway gave no outcome for record 1 of stream "s/1"',
    });
  });

  it('reports a lost answer as unavailable and a cancelled call by its reason', async () => {
    const lost = await startGateway((response) => response.destroy());
    await expect(lost.put()).rejects.toMatchObject({ code: 'GATEWAY_UNAVAILABLE' });
    const cancelling = new AbortController();
    const silent = await startGateway(() => cancelling.abort(new Error('nobody waits')));
    await expect(silent.put(cancelling.signal)).rejects.toThrow('nobody waits');
    expect(silent.received).toHaveLength(1);
  });
});
