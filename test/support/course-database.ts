import { createConnection } from 'mysql2/promise';
import { openSyntheticSource } from '../../activities/synthetic/adapter.ts';
import type { RecordKind } from '../../domain/kinds.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { MARIADB_ROOT, type MariaDb } from './mariadb.ts';

/** Every post of the synthetic source. */
export const POSITIONS = Array.from({ length: 11_154 }, (_, position) => position);

export const DATABASE = 'pinterest_data';

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

/** A user that may read; one that is `encrypted` is refused by the server itself on any other connection. */
export interface Reader {
  readonly user: string;
  readonly password: string;
  readonly encrypted: boolean;
}

/** Makes a server the course's database, with the rows of the synthetic source and users that may read them. */
export async function fillCourseDatabase({ host, port }: MariaDb, readers: readonly Reader[]): Promise<void> {
  const synthetic = await openSyntheticSource();
  const admin = await createConnection({ host, port, ...MARIADB_ROOT, charset: 'utf8mb4' });
  await admin.query(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4`);
  for (const { user, password, encrypted } of readers) {
    await admin.query(`CREATE USER ? IDENTIFIED BY ? ${encrypted ? 'REQUIRE SSL' : ''}`, [user, password]);
    await admin.query(`GRANT SELECT ON ${DATABASE}.* TO ?`, [user]);
  }
  await admin.query(`USE ${DATABASE}`);
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
