import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { findListener } from '../../../../infra/local/stack/find-listener.ts';

async function listen(host: string): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return { server, port: address.port };
}

test.each(['127.0.0.1', '0.0.0.0'])('the process that listens on a port of %s is found', async (host) => {
  const { server, port } = await listen(host);

  const found = findListener(port);

  // Elsewhere than on Linux nothing tells.
  expect(found).toBe(process.platform === 'linux' ? process.pid : undefined);
  server.close();
});

test('a port that nobody listens on has no process', async () => {
  const { server, port } = await listen('127.0.0.1');
  server.close();
  await once(server, 'close');

  expect(findListener(port)).toBeUndefined();
});
