import { createServer, type AddressInfo, type Socket } from 'node:net';
import { classifyError, openMysqlSource } from '../../../activities/mysql/adapter.ts';

const ACCESS = {
  ...{ host: 'db.example', port: 3306, user: 'reader', password: 'hunter2', database: 'pinterest_data' },
  tls: 'off',
  ca: undefined,
} as const;

const driverError = (code: string, message: string) => Object.assign(new Error(message), { code });

test.each([
  [
    driverError('ER_ACCESS_DENIED_ERROR', "Access denied for user 'reader'@'10.0.0.1' (using password: YES)"),
    'CONFIG_INVALID',
    'PINFLOW_MYSQL_USER, PINFLOW_MYSQL_PASSWORD: database "pinterest_data" at "db.example:3306" denied access to user "reader"',
  ],
  [
    driverError('ER_BAD_DB_ERROR', "Unknown database 'pinterest_data'"),
    'CONFIG_INVALID',
    'PINFLOW_MYSQL_DATABASE: there is no database "pinterest_data" at "db.example:3306"',
  ],
  [
    driverError('ER_NO_SUCH_TABLE', "Table 'pinterest_data.user_data' doesn't exist"),
    'SOURCE_MISSING',
    'database "pinterest_data" at "db.example:3306" lacks a table or a key column: Table \'pinterest_data.user_data\' doesn\'t exist',
  ],
  [
    driverError('PROTOCOL_CONNECTION_LOST', 'Connection lost: The server closed the connection.'),
    'SOURCE_UNAVAILABLE',
    'database "pinterest_data" at "db.example:3306" did not answer (PROTOCOL_CONNECTION_LOST): Connection lost: The server closed the connection.',
  ],
  [
    driverError('HANDSHAKE_NO_SSL_SUPPORT', 'Server does not support secure connection'),
    'CONFIG_INVALID',
    'PINFLOW_MYSQL_TLS: database "pinterest_data" at "db.example:3306" offers no TLS; have it offered there, or set "off" where the network is trusted',
  ],
  [
    driverError('HANDSHAKE_SSL_ERROR', 'certificate has expired'),
    'CONFIG_INVALID',
    'PINFLOW_MYSQL_CA: the certificate of database "pinterest_data" at "db.example:3306" is not trusted, name the file of the CA that signed it: certificate has expired',
  ],
  [
    driverError(
      'HANDSHAKE_SSL_ERROR',
      'Client network socket disconnected before secure TLS connection was established',
    ),
    'SOURCE_UNAVAILABLE',
    'database "pinterest_data" at "db.example:3306" broke off the TLS handshake: Client network socket disconnected before secure TLS connection was established',
  ],
])('the driver error %s becomes the right error of the table', (error, code, message) => {
  expect(classifyError(error, ACCESS)).toEqual(expect.objectContaining({ code, message }));
});

test('a database that is not there is unavailable, and its password is not told', async () => {
  const port = await findClosedPort();
  const source = await openMysqlSource({ ...ACCESS, host: '127.0.0.1', port });
  const error: unknown = await source.listKeys('pin').catch((reason: unknown) => reason);
  await source.close();
  expect(error).toEqual(expect.objectContaining({ code: 'SOURCE_UNAVAILABLE', retryable: true }));
  expect((error as Error).message).toContain(
    `database "pinterest_data" at "127.0.0.1:${port}" did not answer (ECONNREFUSED)`,
  );
  expect((error as Error).message).not.toContain(ACCESS.password);
});

test('a CA that cannot be read is named with its variable', async () => {
  await expect(openMysqlSource({ ...ACCESS, tls: 'on', ca: '/nowhere/ca.pem' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'PINFLOW_MYSQL_CA: cannot read "/nowhere/ca.pem" (ENOENT)',
  });
});

test('a server that hangs up is unavailable', async () => {
  let calls = 0;
  const server = createServer((socket: Socket) => {
    calls++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const source = await openMysqlSource({ ...ACCESS, host: '127.0.0.1', port });
  await expect(source.readRows('geo', [0])).rejects.toEqual(expect.objectContaining({ code: 'SOURCE_UNAVAILABLE' }));
  await source.close();
  await new Promise((resolve) => server.close(resolve));
  expect(calls).toBeGreaterThan(0);
});

async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
