import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { BODY_LIMIT } from '../../gateway/http-limits.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { createGateway, TYPE } from './create-gateway.ts';

const bodyOf = (characters: number) => `{"records":[{"value":"${'x'.repeat(characters)}"}]}`;
const head = (line: string) => `POST /topics/a.pin HTTP/1.1\r\nHost: t\r\nContent-Type: ${TYPE}\r\n${line}\r\n\r\n`;
const announce = (bytes: number) => head(`Content-Length: ${bytes}`);
const CHUNKED = head('Transfer-Encoding: chunked');

let server: FastifyInstance;
const open: RawConnection[] = [];

async function listen(bodiesBytes: number, hold?: Promise<void>) {
  const gateway = createGateway({ httpLimits: { bodiesBytes }, ...(hold && { hold }) });
  ({ server } = gateway);
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  const send = async (text: string) => {
    const connection = new RawConnection(Number(port));
    open.push(connection);
    await connection.write(text);
    return connection;
  };
  return { ...gateway, send };
}

afterEach(async () => {
  for (const connection of open.splice(0)) connection.close();
  await server.close();
});

it('sends a body away before it comes while others leave no room for it, and takes it afterwards', async () => {
  const hold = Promise.withResolvers<void>();
  const { send, post, stored } = await listen(1_000, hold.promise);
  const waiting = await send(announce(626) + bodyOf(600));
  await sleep(50);
  const refused = await send(announce(700));
  const { status, body } = await refused.readAnswer();
  expect(status).toBe(503);
  expect(body).toContain('bodies of 626 bytes are under way, of at most 1000');
  hold.resolve();
  expect((await waiting.readAnswer()).status).toBe(200);
  expect((await post(bodyOf(650))).statusCode).toBe(200);
  expect(stored).toHaveLength(2);
});

it('keeps nobody out for what is announced and does not come', async () => {
  const { send, post } = await listen(1_000);
  for (let i = 0; i < 10; i++) await send(announce(1_000));
  for (let i = 0; i < 10; i++) await send(CHUNKED);
  await sleep(50);
  expect((await post(bodyOf(900))).statusCode).toBe(200);
});

it('cuts off the body that would take more than there is, and gives its part back', async () => {
  const { send, post } = await listen(1_000);
  const halfway = await send(announce(900) + 'x'.repeat(700));
  await sleep(50);
  const greedy = await send(`${CHUNKED}400\r\n${'x'.repeat(0x400)}\r\n`);
  expect((await greedy.readAnswer()).status).toBe(503);
  halfway.close();
  await sleep(50);
  expect((await post(bodyOf(900))).statusCode).toBe(200);
});

it('takes a body in chunks of one byte, and none above 10 MiB', async () => {
  const { send, stored } = await listen(2 * BODY_LIMIT);
  const text = bodyOf(1_000);
  const small = await send(`${CHUNKED}${[...text].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`);
  expect((await small.readAnswer()).status).toBe(200);
  expect(stored.map(({ value }) => value)).toEqual([`"${'x'.repeat(1_000)}"`]);
  const size = BODY_LIMIT + 1;
  const large = await send(`${CHUNKED}${size.toString(16)}\r\n${'x'.repeat(size)}`);
  expect(await large.readAnswer()).toEqual({
    status: 413,
    body: '{"error_code":413,"message":"body is larger than 10 MiB"}',
  });
});

it('sends a request away before its body comes while the queue is full', async () => {
  const hold = Promise.withResolvers<void>();
  const gateway = createGateway({ limits: { records: 1, bytes: 10_000 }, hold: hold.promise });
  ({ server } = gateway);
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  const waiting = gateway.post('{"records":[{}]}');
  await sleep(50);
  const refused = new RawConnection(Number(port));
  open.push(refused);
  await refused.write(announce(700));
  expect(await refused.readAnswer()).toMatchObject({ status: 503, body: expect.stringContaining('too many records') });
  hold.resolve();
  expect((await waiting).statusCode).toBe(200);
});
