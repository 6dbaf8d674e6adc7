import type { FastifyInstance } from 'fastify';

/** So long a client may go on sending a body that is answered already. */
const DRAIN_LIMIT_MS = 5_000;

/**
 * Lets a client hear an answer that comes before it has sent all of its body. Fastify closes the connection then, which
 * resets it while the client is still writing, and the answer is lost with it. So the rest is read and dropped.
 */
export function drainAnsweredBodies(server: FastifyInstance, limitMs = DRAIN_LIMIT_MS): void {
  // eslint-disable-next-line max-params -- a hook of fastify; as an async function it costs every request two promises
  server.addHook('onSend', ({ raw }, reply, _payload, done) => {
    if (raw.complete) return done();
    reply.removeHeader('connection');
    raw.resume();
    const impatience = setTimeout(() => raw.destroy(), limitMs).unref();
    raw.once('close', () => clearTimeout(impatience));
    done();
  });
}
