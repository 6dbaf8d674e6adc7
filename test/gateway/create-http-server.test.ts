import { once } from 'node:events';
import { request } from 'node:https';
import { connect, type SecureVersion } from 'node:tls';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { RawConnection } from '../support/raw-connection.ts';
import { makeSelfSigned } from '../support/self-signed.ts';
import { createGateway } from './create-gateway.ts';

const tls = makeSelfSigned();
let server: FastifyInstance;
let port: number;

beforeEach(async () => {
  ({ server } = createGateway({ tls, httpLimits: { headersMs: 300, requestMs: 600, checkMs: 50 } }));
  port = Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);
});

afterEach(() => server.close());

async function agreeOn(version: SecureVersion): Promise<string | null> {
  const socket = connect({ host: '127.0.0.1', port, ca: tls.cert, servername: 'localhost', maxVersion: version });
  await once(socket, 'secureConnect');
  const agreed = socket.getProtocol();
  socket.destroy();
  return agreed;
}

it('answers over TLS to whoever trusts the certificate', async () => {
  const asked = request({ host: '127.0.0.1', port, path: '/healthz', ca: tls.cert, servername: 'localhost' }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBe(200);
  answer.resume();
  const distrusted = request({ host: '127.0.0.1', port, path: '/healthz', servername: 'localhost' }).end();
  await expect(once(distrusted, 'response')).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

it('speaks TLS 1.2 and newer', async () => {
  expect([await agreeOn('TLSv1.2'), await agreeOn('TLSv1.3')]).toEqual(['TLSv1.2', 'TLSv1.3']);
  const old = connect({
    host: '127.0.0.1',
    port,
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
  });
  await expect(once(old, 'secureConnect')).rejects.toThrow(/./);
});

it.each([
  ['speaks plain HTTP', 'GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n'],
  ['says nothing', ''],
])('closes a connection that %s', async (_what, text) => {
  const connection = new RawConnection(port);
  await connection.write(text);
  expect(await connection.readToEnd()).not.toContain('HTTP/1.1 200');
  expect(await agreeOn('TLSv1.3')).toBe('TLSv1.3');
});
