import { once } from 'node:events';
import { connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { drainAnsweredBodies } from '../../gateway/drain-body.ts';

const LIMIT_MS = 200;
const KILOBYTE = 'x'.repeat(1024);

const headOf = (length: number) =>
  `POST / HTTP/1.1\r\nhost: test\r\ncontent-type: text/plain\r\ncontent-length: ${length}\r\n\r\n`;

describe('drainAnsweredBodies', () => {
  let server: FastifyInstance;
  let port: number;

  beforeEach(async () => {
    server = Fastify({ bodyLimit: 1024 });
    drainAnsweredBodies(server, LIMIT_MS);
    server.post('/', () => 'taken');
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    port = Number(new URL(address).port);
  });

  afterEach(() => server.close());

  it('lets a client hear a refusal although it sends all of its body before it listens', async () => {
    const socket = connect(port, '127.0.0.1').pause();
    const body = KILOBYTE.repeat(20_000);
    await new Promise((sent) => socket.write(headOf(body.length) + body, sent));
    socket.resume();
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('answers at once and cuts off a client that will not stop sending', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(headOf(1_000_000_000));
    const sending = setInterval(() => socket.write(KILOBYTE), 10);
    socket.on('error', () => undefined);
    const begun = Date.now();

    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    expect(Date.now() - begun).toBeLessThan(LIMIT_MS);
    await once(socket, 'close');
    clearInterval(sending);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(LIMIT_MS);
  });
});
