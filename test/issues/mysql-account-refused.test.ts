import { createServer, type Connection } from 'mysql2';
import { withSource } from '../../activities/emulation/open-rows.ts';
import { openMysqlSource } from '../../activities/mysql/adapter.ts';
import { chooseFreePort } from '../../infra/local/stack/choose-ports.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';

/** Of the protocol: a server that speaks it and offers no TLS. */
const CAPABILITIES = 0x00ff_f7ff;
const REFUSAL = { message: "Access denied for user 'reader'@'localhost'", code: 1045 };

/** A database that refuses every account, each a little later than the one before. */
async function startRefusingServer() {
  const port = await chooseFreePort();
  let asked = 0;
  const server = createServer((connection: Connection) => {
    const wait = 30 * asked++;
    connection.on('error', () => undefined);
    connection.serverHandshake({
      ...{ protocolVersion: 10, serverVersion: '10.11', connectionId: asked, statusFlags: 2, characterSet: 45 },
      capabilityFlags: CAPABILITIES,
      authCallback: (_: unknown, answer: (error: null, refusal: object) => void) =>
        setTimeout(() => answer(null, REFUSAL), wait),
    });
  });
  server.listen(port);
  return { port, close: () => server.close(() => undefined), asked: () => asked };
}

// Closing the pool failed with the refusal of a connection that was still being opened, in place of the error that said
// what to do about it; the run then tried again for half an hour.
test('a refused account stays the error of a read of several tables, however late the other connections are refused', async () => {
  const server = await startRefusingServer();
  const access = { host: '127.0.0.1', port: server.port, user: 'reader', password: 'x', database: 'pinterest_data' };
  const read = withSource(
    { kind: 'mysql' },
    () => openMysqlSource({ ...access, tls: 'off', ca: undefined }),
    (source) => Promise.all(RECORD_KINDS.map((kind) => source.listKeys(kind))),
  );
  await expect(read).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(server.asked()).toBe(3);
  server.close();
});
