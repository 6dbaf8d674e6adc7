import type { FastifyInstance } from 'fastify';
import type { HttpLimits } from '../../gateway/http-limits.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { createGateway, TYPE } from './create-gateway.ts';

const BODY = '{"records":[{"value":1}]}';
const head = (...lines: readonly string[]) => ['POST /topics/a.pin HTTP/1.1', 'Host: t', ...lines, '', ''].join('\r\n');
const POST = head(`Content-Type: ${TYPE}`, `Content-Length: ${BODY.length}`);

let server: FastifyInstance | undefined;
const open: RawConnection[] = [];

/** Time-outs of a third of a second, looked for every 50 ms. */
async function listen(httpLimits: Partial<HttpLimits> = {}, hold?: Promise<void>) {
  const short = { headersMs: 300, requestMs: 600, checkMs: 50 };
  const gateway = createGateway({ httpLimits: { ...short, ...httpLimits }, ...(hold && { hold }) });
  ({ server } = gateway);
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  const connect = () => {
    const connection = new RawConnection(Number(port));
    open.push(connection);
    return connection;
  };
  return { ...gateway, connect };
}

afterEach(async () => {
  for (const connection of open.splice(0)) connection.close();
  await server?.close();
});

const envelope = (code: number, message: string) => JSON.stringify({ error_code: code, message });

describe('what is not read as a request', () => {
  it.each([
    ['headers above 16 KiB', head(`X: ${'x'.repeat(17_000)}`), 431, 'the headers are larger than 16 KiB'],
    ['no HTTP', 'private text\r\n\r\n', 400, 'this is no request of HTTP/1.1'],
    ['two lengths', head('Content-Length: 3', 'Content-Length: 4'), 400, 'this is no request of HTTP/1.1'],
    [
      'a length beside chunks',
      head('Content-Length: 3', 'Transfer-Encoding: chunked'),
      400,
      'this is no request of HTTP/1.1',
    ],
    [
      'a chunk whose size is no number',
      `${head(`Content-Type: ${TYPE}`, 'Transfer-Encoding: chunked')}private\r\n`,
      400,
      'this is no request of HTTP/1.1',
    ],
  ])('is answered and closed: %s', async (_what, text, status, message) => {
    const { connect, lines } = await listen();
    const connection = connect();
    await connection.write(text);
    const answer = await connection.readToEnd();
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*\r\nConnection: close\r\n`, 's'));
    expect(answer).toContain(envelope(status, message));
    expect(lines.join('')).toContain('"msg":"no request could be read"');
    expect(lines.join('')).not.toContain('private');
  });

  it.each([
    ['no byte at all', ''],
    ['headers that do not end', 'POST /topics/a.pin HTTP/1.1\r\nHost: t\r\n'],
    ['a body that does not come', POST],
    ['a body that does not end', POST + BODY.slice(1)],
  ])('is answered 408 and closed when its time is over: %s', async (_what, text) => {
    const { connect, stored } = await listen();
    const connection = connect();
    const begun = Date.now();
    await connection.write(text);
    expect(await connection.readToEnd()).toContain(envelope(408, 'the request did not arrive in time'));
    expect(Date.now() - begun).toBeGreaterThanOrEqual(300);
    expect(stored).toEqual([]);
  });

  it('is cut off without an answer behind a request that still waits for its own', async () => {
    const hold = Promise.withResolvers<void>();
    const { connect, stored, lines } = await listen({}, hold.promise);
    const connection = connect();
    await connection.write(POST + BODY, { pauseMs: 50 });
    await connection.write('private\r\n\r\n');
    // A 400 would be taken for the answer to the records, which are stored.
    expect(await connection.readToEnd()).toBe('');
    hold.resolve();
    await server?.close();
    expect(stored).toHaveLength(1);
    expect(lines.join('')).not.toContain('private');
  });

  it('is cut off without a second answer behind one that came before its body', async () => {
    const { connect } = await listen();
    const connection = connect();
    await connection.write(`${head('Content-Type: text/plain', 'Transfer-Encoding: chunked')}`);
    expect((await connection.readAnswer()).status).toBe(415);
    await connection.write('private\r\n');
    expect(await connection.readToEnd()).not.toContain('HTTP/1.1 400');
  });
});

describe('what is refused by its head', () => {
  it.each(
    [
      ['gzip', 'br'].map((encoding) => [encoding, '/topics/a.pin', { error_code: 415 }] as const),
      ['gzip'].map((encoding) => [encoding, '/streams/s/record', { __type: 'UnsupportedMediaTypeException' }] as const),
    ].flat(),
  )('is a body packed with %s for %s', async (encoding, url, answer) => {
    const { connect } = await listen();
    const connection = connect();
    const method = url.startsWith('/topics') ? 'POST' : 'PUT';
    await connection.write(
      `${method} ${url} HTTP/1.1\r\nHost: t\r\nContent-Encoding: ${encoding}\r\nContent-Length: 9000000\r\n\r\n`,
    );
    const { status, body } = await connection.readAnswer();
    expect(status).toBe(415);
    expect(JSON.parse(body)).toMatchObject({ ...answer, message: 'bodies with a Content-Encoding are not taken' });
  });

  it.each([
    ['POST', '/topics/a.pin', 'application/json'],
    ['PUT', '/streams/s/record', 'text/plain'],
    ['POST', '/nowhere', 'application/json'],
  ])('is a body for %s %s of the type %s', async (method, url, type) => {
    const { connect } = await listen();
    const connection = connect();
    await connection.write(
      `${method} ${url} HTTP/1.1\r\nHost: t\r\nContent-Type: ${type}\r\nContent-Length: 9000000\r\n\r\n`,
    );
    expect((await connection.readAnswer()).status).toBe(url === '/nowhere' ? 404 : 415);
  });

  it('is a URL of more than 2,048 characters, while one of 2,048 is only not found', async () => {
    const { server } = createGateway();
    const ask = (length: number) => server.inject({ url: `/nowhere?${'x'.repeat(length - 9)}` });
    expect((await ask(2_048)).statusCode).toBe(404);
    const refused = await ask(2_049);
    expect(refused.statusCode).toBe(414);
    expect(refused.json()).toEqual({
      error_code: 414,
      message: 'the URL has 2049 characters, at most 2048 are taken',
    });
  });

  it.each([
    ['/topics/%zz', 400],
    [`/topics/${'x'.repeat(301)}`, 414],
  ])('is the path %s', async (url, status) => {
    const refused = await createGateway().server.inject({ url });
    expect(refused.statusCode).toBe(status);
    expect(refused.json()).toEqual({ error_code: status, message: expect.stringContaining(url) });
  });
});

describe('connections', () => {
  it('are closed at once beyond their limit, and taken again when others have gone', async () => {
    const { connect } = await listen({ connections: 2, headersMs: 5_000, requestMs: 5_000 });
    const first = connect();
    const second = connect();
    await first.write('GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n');
    expect((await first.readAnswer()).status).toBe(200);
    expect(await connect().readToEnd()).toBe('');
    first.close();
    second.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const later = connect();
    await later.write('GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n');
    expect((await later.readAnswer()).status).toBe(200);
  });
});
