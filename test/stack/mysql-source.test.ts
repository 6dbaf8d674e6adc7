import { createConnection } from 'mysql2/promise';
import { openMysqlSource } from '../../activities/mysql/adapter.ts';
import { openSyntheticSource } from '../../activities/synthetic/adapter.ts';
import type { RowSource } from '../../activities/ports.ts';
import { RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';
import { MARIADB_ROOT, type MariaDb, startMariaDb } from '../support/mariadb.ts';

const POSITIONS = Array.from({ length: 11_154 }, (_, position) => position);
const READER = { user: 'pinflow', password: 'se"cr\'et', database: 'pinterest_data' };

/** The course's tables: types as inferred from the values, no primary key. */
const TABLES: Record<RecordKind, { name: string; columns: string }> = {
  pin: {
    name: 'pinterest_data',
    columns: `\`index\` INT, unique_id TEXT, title TEXT, description TEXT, poster_name TEXT, follower_count TEXT,
      tag_list TEXT, is_image_or_video TEXT, image_src TEXT, downloaded INT, save_location TEXT, category TEXT, KEY (\`index\`)`,
  },
  geo: {
    name: 'geolocation_data',
    columns: 'ind INT, timestamp DATETIME, latitude FLOAT, longitude FLOAT, country TEXT, KEY (ind)',
  },
  user: {
    name: 'user_data',
    columns: 'ind INT, first_name TEXT, last_name TEXT, age INT, date_joined DATETIME, KEY (ind)',
  },
};

let database: MariaDb | undefined;
let synthetic: RowSource;

beforeAll(async () => {
  database = await startMariaDb();
  synthetic = await openSyntheticSource();
  await fillDatabase();
});
afterAll(() => database?.stop());

const openSource = (change: object = {}) => openMysqlSource({ ...addressOf(database), ...READER, ...change });

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
  const refused = await openSource({ password: 'wrong-password' });
  const error: unknown = await refused.listKeys('pin').catch((reason: unknown) => reason);
  expect(error).toEqual(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(String(error)).not.toContain('wrong-password');
  await refused.close();

  const unnamed = await openSource({ ...MARIADB_ROOT, database: 'nowhere' });
  await expect(unnamed.listKeys('pin')).rejects.toEqual(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  await unnamed.close();

  const elsewhere = await openSource({ ...MARIADB_ROOT, database: 'mysql' });
  await expect(elsewhere.listKeys('geo')).rejects.toEqual(expect.objectContaining({ code: 'SOURCE_MISSING' }));
  await elsewhere.close();
});

async function fillDatabase(): Promise<void> {
  const admin = await createConnection({ ...addressOf(database), ...MARIADB_ROOT, charset: 'utf8mb4' });
  await admin.query(`CREATE DATABASE ${READER.database} CHARACTER SET utf8mb4`);
  await admin.query(`CREATE USER ? IDENTIFIED BY ?`, [READER.user, READER.password]);
  await admin.query(`GRANT SELECT ON ${READER.database}.* TO ?`, [READER.user]);
  await admin.query(`USE ${READER.database}`);
  for (const kind of RECORD_KINDS) {
    const { name, columns } = TABLES[kind];
    await admin.query(`CREATE TABLE ${name} (${columns})`);
    const rows = await synthetic.readRows(kind, POSITIONS);
    const values = rows.map(({ json }) => Object.values(JSON.parse(json) as object) as unknown[]);
    // Backwards: the order of the table says nothing about the keys.
    values.reverse();
    for (let start = 0; start < values.length; start += 2_000) {
      await admin.query(`INSERT INTO ${name} VALUES ?`, [values.slice(start, start + 2_000)]);
    }
  }
  await admin.end();
}

function addressOf(started: MariaDb | undefined): { host: string; port: number } {
  if (started === undefined) throw new Error('the database was not started');
  return { host: started.host, port: started.port };
}
