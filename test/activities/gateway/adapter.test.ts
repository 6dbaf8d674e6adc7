import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createGateway } from '../../../activities/gateway/adapter.ts';

interface Received {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers one request; "execute, then lose the answer" is `destroy()` after the request was noted. */
type Answer = (response: ServerResponse, received: Received) => void;

const servers: Server[] = [];

/** A gateway that gives the prepared answers one after the other. */
async function startGateway(...answers: Answer[]) {
  const received: Received[] = [];
  const sockets = new Set<unknown>();
  const server = createServer((request, response) => {
    let body = '';
    sockets.add(request.socket);
    request.on('data', (part: Buffer) => (body += part.toString('utf8')));
    request.on('end', () => {
      const noted = { url: request.url, headers: request.headers, body };
      received.push(noted);
      answers[received.length - 1]?.(response, noted);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
  return { url, gateway: createGateway({ url: `${url}/` }), received, sockets };
}

function answerWith(status: number, body: unknown): Answer {
  return (response) => void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
}

function offsets(...entries: unknown[]) {
  return { offsets: entries, key_schema_id: null, value_schema_id: null };
}

const stored = (partition: number, offset: number) => ({ partition, offset, error_code: null, error: null });
const failed = (code: number, error: string) => ({ partition: null, offset: null, error_code: code, error });

const rows = [
  { key: 7528, json: '{"index": 7528, "x": 1e400}' },
  { key: null, json: '{"index": "?"}' },
];
const chunk = { topic: 'pinterest.pin', rows, idempotencyKey: 'run/chunk-1', run: 'daily-a/1', sequence: 2_000 };

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('createGateway', () => {
  it('posts the rows byte for byte and returns their acknowledgements in order', async () => {
    const { gateway, received } = await startGateway(answerWith(200, offsets(stored(1, 41), stored(0, 7))));
    expect(await gateway.postRows(chunk)).toEqual([
      { partition: 1, offset: 41 },
      { partition: 0, offset: 7 },
    ]);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      url: '/topics/pinterest.pin',
      headers: {
        'content-type': 'application/vnd.kafka.json.v2+json',
        'idempotency-key': 'run/chunk-1',
        'pinflow-run': 'daily-a/1',
        'pinflow-sequence': '2000',
      },
      body: '{"records":[{"key":7528,"value":{"index": 7528, "x": 1e400}},{"value":{"index": "?"}}]}',
    });
  });

  it('shows its key, which is in no error', async () => {
    const key = `etl.${'k'.repeat(43)}`;
    const { url, received } = await startGateway(
      answerWith(401, { error_code: 40101, message: 'not valid' }),
      (response) => response.destroy(),
    );
    const gateway = createGateway({ url, key });
    const fail = () => gateway.postRows(chunk).then(String, (error: Error) => error.message);
    const errors = [await fail(), await fail()];
    expect(received.map(({ headers }) => headers['x-api-key'])).toEqual([key, key]);
    expect(errors[0]).toContain('gateway answered 401 to records for topic "pinterest.pin": 40101 not valid');
    expect(errors[1]).toContain('did not answer');
    expect(errors.join('')).not.toContain('kkk');
  });

  it('keeps its connections from one request to the next', async () => {
    const answer = answerWith(200, offsets(stored(0, 0), stored(0, 1)));
    const { gateway, sockets, received } = await startGateway(...Array<Answer>(8).fill(answer));
    for (let i = 0; i < 8; i++) await gateway.postRows(chunk);
    expect(received).toHaveLength(8);
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('keeps as many connections as requests are under way, and a few more', async () => {
    const later: Answer = (response, received) =>
      void setTimeout(() => answerWith(200, offsets(stored(0, 0), stored(0, 1)))(response, received), 5);
    const { gateway, sockets, received } = await startGateway(...Array<Answer>(180).fill(later));
    // Three chunks of three kinds at a time, twenty times.
    const sender = async () => {
      for (let i = 0; i < 20; i++) await gateway.postRows(chunk);
    };
    await Promise.all(Array.from({ length: 9 }, sender));
    expect(received).toHaveLength(180);
    // fetch frees a connection a moment after it has given the answer, so that the next request may meet none.
    expect(sockets.size).toBeLessThanOrEqual(18);
  });

  it('posts nothing for no rows', async () => {
    const { gateway, received } = await startGateway();
    expect(await gateway.postRows({ ...chunk, rows: [] })).toEqual([]);
    expect(received).toEqual([]);
  });

  it('reports a lost answer as unavailable, and gets the same acknowledgements with the same key', async () => {
    const { gateway, received } = await startGateway(
      (response) => response.destroy(),
      answerWith(200, offsets(stored(0, 0), stored(0, 1))),
    );
    await expect(gateway.postRows(chunk)).rejects.toMatchObject({ code: 'GATEWAY_UNAVAILABLE' });
    expect(received).toHaveLength(1);
    expect(await gateway.postRows(chunk)).toHaveLength(2);
    expect(received[1]).toMatchObject({ body: received[0]?.body, headers: { 'idempotency-key': 'run/chunk-1' } });
  });

  it('reports an answer that breaks off as unavailable', async () => {
    const { gateway } = await startGateway((response) => {
      response.writeHead(200, { 'content-length': 500 }).write('{"offsets":[');
      setTimeout(() => response.destroy(), 10);
    });
    await expect(gateway.postRows(chunk)).rejects.toMatchObject({ code: 'GATEWAY_UNAVAILABLE' });
  });

  it('names the gateway that does not listen', async () => {
    const { gateway, url } = await startGateway();
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(gateway.postRows(chunk)).rejects.toMatchObject({
      code: 'GATEWAY_UNAVAILABLE',
      message: expect.stringMatching(
        `^gateway at "${url}/topics/pinterest.pin" did not answer: .*ECONNREFUSED`,
      ) as string,
    });
  });

  it.each([408, 429, 500, 502, 503, 504])('takes status %i for a reason to try again', async (status) => {
    const { gateway } = await startGateway(answerWith(status, { message: 'Endpoint request timed out' }));
    await expect(gateway.postRows(chunk)).rejects.toMatchObject({
      code: 'GATEWAY_UNAVAILABLE',
      message: `gateway answered ${status} to records for topic "pinterest.pin": Endpoint request timed out`,
    });
  });

  it.each([
    [404, { error_code: 40401, message: 'no topic' }, '404 to records for topic "pinterest.pin": 40401 no topic'],
    [
      403,
      { message: 'Missing Authentication Token' },
      '403 to records for topic "pinterest.pin": Missing Authentication Token',
    ],
    [302, '<html>', '302 to records for topic "pinterest.pin"'],
  ])('takes status %i for final and repeats what the gateway said', async (status, body, said) => {
    const { gateway } = await startGateway(answerWith(status, body));
    await expect(gateway.postRows(chunk)).rejects.toMatchObject({
      code: 'GATEWAY_REFUSED',
      message: `gateway answered ${said}`,
    });
  });

  it.each([
    [
      [stored(0, 1), failed(50002, 'too large')],
      'GATEWAY_REFUSED',
      '1 of 2 records of topic "pinterest.pin", the first is record 1 without a key: 50002 too large',
    ],
    [
      [failed(50002, 'too large'), failed(50003, 'away')],
      'GATEWAY_UNAVAILABLE',
      '2 of 2 records of topic "pinterest.pin", the first is record 1 without a key: 50003 away',
    ],
    [
      [failed(40402, 'no partition'), stored(0, 1)],
      'GATEWAY_REFUSED',
      '1 of 2 records of topic "pinterest.pin", the first is record 0 with key 7528: 40402 no partition',
    ],
  ])('names the first record that was not stored (%#)', async (entries, code, message) => {
    const { gateway } = await startGateway(answerWith(200, offsets(...entries)));
    await expect(gateway.postRows(chunk)).rejects.toMatchObject({ code, message: `gateway did not store ${message}` });
  });

  it.each([
    ['<html>', 'GATEWAY_UNAVAILABLE', 'gateway answered for topic "pinterest.pin" with text that is not JSON'],
    [
      offsets(stored(0, 1)),
      'GATEWAY_REFUSED',
      'gateway answered for topic "pinterest.pin" with 1 offsets for 2 records',
    ],
    [{ ok: true }, 'GATEWAY_REFUSED', 'gateway answered for topic "pinterest.pin" with 0 offsets for 2 records'],
    [
      offsets(stored(0, 1), { partition: 0 }),
      'GATEWAY_REFUSED',
      'gateway gave no offset for record 1 without a key of topic "pinterest.pin"',
    ],
  ])('does not take another shape for an acknowledgement (%#)', async (body, code, message) => {
    const { gateway } = await startGateway(answerWith(200, body));
    await expect(gateway.postRows(chunk)).rejects.toMatchObject({ code, message });
  });

  it('gives up after 25 s without an answer', async () => {
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      expect(ms).toBe(25_000);
      return AbortSignal.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    });
    try {
      const { gateway } = await startGateway();
      await expect(gateway.postRows(chunk)).rejects.toMatchObject({
        code: 'GATEWAY_UNAVAILABLE',
        message: expect.stringContaining('due to timeout') as string,
      });
    } finally {
      timeout.mockRestore();
    }
  });
});
