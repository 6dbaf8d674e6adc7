import { once } from 'node:events';
import { connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { drainAnsweredBodies } from '../../gateway/drain-body.ts';

const KILOBYTE = 'x'.repeat(1024);

const headOf = (length: number) =>
  `POST / HTTP/1.1\r\nhost: test\r\ncontent-type: text/plain\r\ncontent-length: ${length}\r\n\r\n`;

describe('drainAnsweredBodies', () => {
  let server: FastifyInstance;

  async function listen(limitMs?: number): Promise<number> {
    server = Fastify({ bodyLimit: 1024 });
    drainAnsweredBodies(server, limitMs);
    server.post('/', () => 'taken');
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    return Number(new URL(address).port);
  }

  afterEach(() => server.close());

  it('lets a client hear a refusal although it sends all of its body before it listens', async () => {
    const socket = connect(await listen(), '127.0.0.1').pause();
    const body = KILOBYTE.repeat(20_000);
    await new Promise((sent) => socket.write(headOf(body.length) + body, sent));
    socket.resume();
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('answers at once and cuts off a client that will not stop sending', async () => {
    const limitMs = 500;
    const socket = connect(await listen(limitMs), '127.0.0.1');
    socket.write(headOf(1_000_000_000));
    const sending = setInterval(() => socket.write(KILOBYTE), 10);
    // What is written at the moment of the cut is answered with a reset, which is no fault of this test's.
    socket.on('error', () => undefined);
    const closed = new Promise((done) => socket.once('close', done));
    const begun = Date.now();

    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    expect(Date.now() - begun).toBeLessThan(limitMs);
    await closed;
    clearInterval(sending);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(limitMs);
  });
});
