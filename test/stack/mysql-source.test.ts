import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MysqlAccess, openMysqlSource } from '../../activities/mysql/adapter.ts';
import type { RowSource } from '../../activities/ports.ts';
import { openSyntheticSource } from '../../activities/synthetic/adapter.ts';
import { mapKinds, RECORD_KINDS } from '../../domain/kinds.ts';
import { dailyRunId } from '../../domain/names.ts';
import type { RunPipelineResult } from '../../domain/run.ts';
import { DATABASE, fillCourseDatabase, POSITIONS } from '../support/course-database.ts';
import { MARIADB_ROOT, type MariaDb, startMariaDb } from '../support/mariadb.ts';
import { pinflow, startWorker } from '../support/processes.ts';
import { connectStack, type RunningStack } from '../support/running-stack.ts';
import { makeSelfSigned } from '../support/self-signed.ts';

const READER = { user: 'pinflow', password: 'se"cr\'et', encrypted: false };
/** The server takes this user only on an encrypted connection. */
const CAREFUL = { user: 'careful', password: 'canary-in-its-cage', encrypted: true };

const folder = mkdtempSync(join(tmpdir(), 'pinflow-mysql-'));
const [certificate, another] = [makeSelfSigned(), makeSelfSigned('elsewhere.example')];
const [ca, otherCa] = [join(folder, 'ca.pem'), join(folder, 'other-ca.pem')];

let stack: RunningStack;
let database: MariaDb;
let withoutTls: MariaDb;
let elsewhere: MariaDb;
let synthetic: RowSource;

beforeAll(async () => {
  writeFileSync(ca, certificate.cert);
  writeFileSync(otherCa, another.cert);
  const databases = Promise.all([startMariaDb(certificate), startMariaDb(another), startMariaDb()]);
  [stack, synthetic, [database, elsewhere, withoutTls]] = [
    await connectStack(),
    await openSyntheticSource(),
    await databases,
  ];
  await fillCourseDatabase(database, [READER, CAREFUL]);
});

afterAll(async () => {
  await Promise.all([database.stop(), elsewhere.stop(), withoutTls.stop(), stack.close()]);
  rmSync(folder, { recursive: true });
});

const openSource = (change: Partial<MysqlAccess> = {}) => {
  const { host, port } = database;
  return openMysqlSource({ host, port, ...READER, database: DATABASE, tls: 'off', ca: undefined, ...change });
};

/** What a read of the source ends with. */
async function failureOf(change: Partial<MysqlAccess>): Promise<unknown> {
  const source = await openSource(change);
  const failure: unknown = await source.listKeys('pin').catch((reason: unknown) => reason);
  await source.close();
  return failure;
}

test.each(RECORD_KINDS)('every row of kind %s comes out of the database byte for byte', async (kind) => {
  const source = await openSource();
  expect(await source.listKeys(kind)).toEqual(POSITIONS);
  expect(await source.readRows(kind, POSITIONS)).toEqual(await synthetic.readRows(kind, POSITIONS));
  await source.close();
});

test('rows come in the order asked for', async () => {
  const source = await openSource();
  const positions = [7_528, 2_863, 5_730, 7_528];
  expect(await source.readRows('pin', positions)).toEqual(await synthetic.readRows('pin', positions));
  await source.close();
});

test('a refused account and an absent database and table each get the right error', async () => {
  const refused = await failureOf({ password: 'wrong-password' });
  expect(refused).toMatchObject({ code: 'CONFIG_INVALID' });
  expect(String(refused)).not.toContain('wrong-password');
  expect(await failureOf({ ...MARIADB_ROOT, database: 'nowhere' })).toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await failureOf({ ...MARIADB_ROOT, database: 'mysql' })).toMatchObject({ code: 'SOURCE_MISSING' });
});

describe('with TLS', () => {
  const encrypted = { ...CAREFUL, host: 'localhost', tls: 'on', ca } as const;

  test('rows come over an encrypted connection, which the server refuses to do without', async () => {
    const source = await openSource(encrypted);
    expect(await source.readRows('geo', POSITIONS)).toEqual(await synthetic.readRows('geo', POSITIONS));
    await source.close();
    expect(await failureOf({ ...encrypted, tls: 'off' })).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('denied access to user "careful"') as string,
    });
  });

  test.each([
    ['another CA', otherCa],
    ['no CA', undefined],
  ])('a certificate that %s has signed is refused', async (_, other) => {
    const failure = await failureOf({ ...encrypted, ca: other });
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(String(failure)).toContain(
      `PINFLOW_MYSQL_CA: the certificate of database "pinterest_data" at "localhost:${database.port}" is not trusted, name the file of the CA that signed it: self-signed certificate`,
    );
  });

  test('a certificate for another host is refused, and so is an address, for which there is none', async () => {
    const failure = await failureOf({ ...encrypted, port: elsewhere.port, ca: otherCa });
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(String(failure)).toMatch(
      /PINFLOW_MYSQL_HOST: .* showed the certificate of another host, set a name that it is for: .*elsewhere\.example/,
    );
    await expect(openSource({ ...encrypted, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^PINFLOW_MYSQL_HOST: "127.0.0.1" is an address/) as string,
    });
  });

  test('a server that offers none is refused and not talked to in the clear', async () => {
    const { port } = withoutTls;
    expect(await failureOf({ ...encrypted, ...MARIADB_ROOT, port })).toMatchObject({
      code: 'CONFIG_INVALID',
      message: `PINFLOW_MYSQL_TLS: database "pinterest_data" at "localhost:${port}" offers no TLS; have it offered there, or set "off" where the network is trusted`,
    });
    // It would have let this user in.
    expect(await failureOf({ ...MARIADB_ROOT, port, database: 'mysql' })).toMatchObject({ code: 'SOURCE_MISSING' });
  });
});

describe('a run of every row', () => {
  const PIPELINE = 'from-mysql';
  const [wrong, right] = ['2026-11-21', '2026-11-22'];

  /** Runs a date with a worker that knows this password; gives all that was said by anyone, history included. */
  async function runWith(password: string, date: string) {
    const worker = await startWorker({
      ...{
        PINFLOW_MYSQL_HOST: 'localhost',
        PINFLOW_MYSQL_PORT: String(database.port),
        PINFLOW_MYSQL_DATABASE: DATABASE,
      },
      ...{ PINFLOW_MYSQL_USER: CAREFUL.user, PINFLOW_MYSQL_PASSWORD: password },
      ...{ PINFLOW_MYSQL_TLS: 'on', PINFLOW_MYSQL_CA: ca, PINFLOW_LOG_LEVEL: 'debug' },
    });
    const handle = stack.client.workflow.getHandle(dailyRunId({ pipeline: PIPELINE, date }));
    try {
      const { code, stdout, stderr } = await pinflow('run', date, '--pipeline', PIPELINE, '--source', 'mysql');
      const history = readTexts(await handle.fetchHistory());
      return { code, handle, stderr, said: [stdout, stderr, worker.readOutput(), history].join('\n') };
    } finally {
      await worker.stop();
    }
  }

  test('ends at once with a wrong password, which nobody tells', async () => {
    const { code, stderr, said } = await runWith('canary-that-is-wrong', wrong);
    expect(code).toBe(1);
    expect(stderr).toContain('CONFIG_INVALID: PINFLOW_MYSQL_USER, PINFLOW_MYSQL_PASSWORD: database "pinterest_data"');
    expect(said).toContain('{"kind":"mysql"}');
    expect(said).not.toContain('canary-');
  });

  test('has every record exactly once with the right one, which nobody tells either', async () => {
    const { code, handle, said } = await runWith(CAREFUL.password, right);
    expect(code).toBe(0);
    const { ledger } = (await handle.result()) as RunPipelineResult;
    const { length } = POSITIONS;
    const whole = { intended: length, acknowledged: length, landed: length, clean: length, lost: 0, repeated: 0 };
    expect(ledger).toMatchObject(mapKinds(() => whole));
    expect(said).toContain('{"kind":"mysql"}');
    expect(said).not.toContain('canary-');
  });
});

/** Every text of a value, those in bytes as well: payloads are JSON. */
function readTexts(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value === 'object' && value !== null) return Object.values(value).map(readTexts).join('\n');
  return String(value);
}
