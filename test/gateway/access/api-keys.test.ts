import { createKey } from '../../../gateway/keys/create-key.ts';
import { answerWith, startKinesis, stopKinesis } from '../../support/fake-kinesis.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { createGateway, TYPE } from '../create-gateway.ts';

const RECORD = '{"records":[{"value":"private"}]}';
const etl = createKey(['etl', '--topics', 'a.*,one', '--streams', 'streaming-a-*']);
const other = createKey(['other', '--topics', 'one', '--bytes-per-second', '100', '--requests-per-second', '2']);
const keys = [etl.entry, other.entry];
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

const guarded = (more: Parameters<typeof createGateway>[0] = {}) =>
  createGateway({ ...more, access: { keys, ...more.access } });

afterEach(stopKinesis);

describe('a key', () => {
  it.each([
    ['as x-api-key', { 'x-api-key': etl.key }],
    ['with HTTP Basic', basic(etl.key.replace('.', ':'))],
  ])('opens what it is for when it is sent %s', async (_how, headers) => {
    const { post, stored } = guarded();
    expect((await post(RECORD, { headers })).statusCode).toBe(200);
    expect(stored).toHaveLength(1);
  });

  it.each([
    ['absent', {}, /^no key was sent; send one as x-api-key, or/],
    ['another one', { 'x-api-key': `etl.${'A'.repeat(43)}` }, /^the key that was sent is not valid$/],
    ['of nobody', { 'x-api-key': `nobody.${'A'.repeat(43)}` }, /not valid/],
    ['of one with the id of another', { 'x-api-key': `other.${etl.key.slice(4)}` }, /not valid/],
    ['cut short', { 'x-api-key': etl.key.slice(0, -1) }, /not valid/],
    ['sent twice', { 'x-api-key': `${etl.key}, ${etl.key}` }, /not valid/],
    ['empty', { 'x-api-key': '' }, /not valid/],
    ['its hash', { 'x-api-key': `etl.${etl.entry.sha256}` }, /not valid/],
    ['a wrong password', basic('etl:wrong'), /not valid/],
    ['no text of Basic', { authorization: 'Basic ???' }, /no key/],
    ['a token', { authorization: `Bearer ${etl.key}` }, /no key/],
  ])('that is %s opens nothing', async (_what, headers, message) => {
    const { post, stored, lines } = guarded();
    const answer = await post(RECORD, { headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="pinflow"');
    expect(answer.json()).toEqual({ error_code: 40101, message: expect.stringMatching(message) });
    expect(stored).toEqual([]);
    expect(answer.body + lines.join('')).not.toContain(etl.key.slice(4, -1));
  });

  it('is asked for by every path but those of health, before the body comes', async () => {
    const { server } = guarded();
    for (const url of ['/topics', '/topics/one', '/streams', '/streams/s', '/streams/s/nowhere'])
      expect([url, (await server.inject(url)).statusCode]).toEqual([url, 401]);
    for (const url of ['/healthz', '/readyz']) expect((await server.inject(url)).statusCode).toBe(200);
    const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
    const connection = new RawConnection(Number(port));
    await connection.write(
      `POST /topics/one HTTP/1.1\r\nHost: t\r\nContent-Type: ${TYPE}\r\nContent-Length: 9\r\n\r\n`,
    );
    expect((await connection.readAnswer()).status).toBe(401);
    connection.close();
    await server.close();
  });

  it('opens no topic or stream but its own, and lists no others', async () => {
    const { endpoint, calls } = await startKinesis(
      answerWith(200, { StreamNames: ['streaming-a-pin', 'streaming-b-pin'] }),
    );
    const { server, post, stored } = guarded({ kinesis: { endpoint } });
    const headers = { 'x-api-key': other.key };
    expect((await post(RECORD, { headers })).json()).toEqual({
      error_code: 40301,
      message: 'topic "a.pin" is not let through: the topics of key "other" are one',
    });
    expect(stored).toEqual([]);
    expect((await server.inject({ url: '/streams/s', headers })).json()).toEqual({
      __type: 'AccessDeniedException',
      message: 'stream "s" is not let through: the streams of key "other" are none',
    });
    expect(calls).toEqual([]);
    const list = (url: string, key: string) => server.inject({ url, headers: { 'x-api-key': key } });
    expect((await list('/topics', etl.key)).json()).toEqual(['a.pin', 'one']);
    expect((await list('/streams', etl.key)).json()).toEqual({ StreamNames: ['streaming-a-pin'] });
    const fresh = guarded({ access: { topics: ['o*'] } });
    const few = await fresh.server.inject({ url: '/topics', headers: { 'x-api-key': etl.key } });
    expect(few.json()).toEqual(['one']);
  });
});

describe('a quota', () => {
  const send = (gateway: ReturnType<typeof guarded>, body = '{"records":[{}]}') =>
    gateway.post(body, { topic: 'one', headers: { 'x-api-key': other.key } });

  it('sends a caller away that asks too often, with the time after which it may come back', async () => {
    const gateway = guarded();
    expect([(await send(gateway)).statusCode, (await send(gateway)).statusCode]).toEqual([200, 200]);
    const refused = await send(gateway);
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.json()).toEqual({
      error_code: 42901,
      message: 'key "other" has used up its quota; it may come back in 1 s',
    });
    // Another one is not touched by that.
    expect((await gateway.post(RECORD, { headers: { 'x-api-key': etl.key } })).statusCode).toBe(200);
  });

  it('counts bytes by their announced length, and what has none when it is there', async () => {
    const large = `{"records":[{"value":"${'x'.repeat(450)}"}]}`;
    const announced = guarded();
    expect((await send(announced, large)).statusCode).toBe(200);
    expect((await send(announced)).headers['retry-after']).toBe('4');
    const chunked = guarded();
    const { port } = new URL(await chunked.server.listen({ host: '127.0.0.1', port: 0 }));
    const connection = new RawConnection(Number(port));
    await connection.write(
      `POST /topics/one HTTP/1.1\r\nHost: t\r\nX-Api-Key: ${other.key}\r\nContent-Type: ${TYPE}\r\n` +
        `Transfer-Encoding: chunked\r\n\r\n${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`,
    );
    expect((await connection.readAnswer()).status).toBe(200);
    expect((await send(chunked)).statusCode).toBe(429);
    connection.close();
    await chunked.server.close();
  });

  it('is told to callers of streams in the words of Kinesis', async () => {
    const { server } = guarded();
    const ask = () => server.inject({ url: '/topics/nowhere-to-go', headers: { 'x-api-key': other.key } });
    await ask();
    for (let i = 0; i < 2; i++) await server.inject({ url: '/streams', headers: { 'x-api-key': other.key } });
    const refused = await server.inject({ url: '/streams', headers: { 'x-api-key': other.key } });
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({ __type: 'ThrottlingException' });
  });
});

it('neither keys nor records are in any line of the log', async () => {
  const { post, lines } = guarded({ outcome: () => ({ failure: { kind: 'refused', code: 50002, message: 'no' } }) });
  for (const key of [etl.key, other.key, `etl.${'canary'.repeat(8)}`]) {
    for (const topic of ['a.pin', 'one', 'one', '__x'])
      for (const payload of [RECORD, `${RECORD}x`]) await post(payload, { topic, headers: { 'x-api-key': key } });
  }
  const log = lines.join('');
  for (const status of [400, 401, 403, 429]) expect(log).toContain(`"status":${status}`);
  expect(log).toContain('"msg":"records failed"');
  for (const secret of ['canary', 'private', etl.key.slice(4), other.key.slice(6)]) expect(log).not.toContain(secret);
});
