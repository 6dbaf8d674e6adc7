import { createHash } from 'node:crypto';
import type { RowSource } from '../../../activities/ports.ts';
import { openSyntheticSource } from '../../../activities/synthetic/adapter.ts';
import { KEY_FIELDS, RECORD_KINDS, type RecordKind } from '../../../domain/kinds.ts';
import { geoRowSchema, pinRowSchema, userRowSchema } from '../../../domain/records.ts';
import { readGeos, readUsers } from './read-data-set.ts';

const SCHEMAS = { pin: pinRowSchema, geo: geoRowSchema, user: userRowSchema };

/** The data set is fixed like the course's database: a run of today and one of next year send the same bytes. */
const GOLDEN: Record<RecordKind, string> = {
  pin: '99d5fe36ea9fe7b05d9117de0ab0435d7573f716b6f515baf951e521f24584a3',
  geo: 'da8f140d59099c561194f64a2c4f8519861b962c48261fa1e724b0f303252cd5',
  user: 'd84d84fd689eb07410d556b9a5493239662fea867bf3d004e7df83800579a459',
};
const POSITIONS = Array.from({ length: 11_154 }, (_, position) => position);

let source: RowSource;
beforeAll(async () => {
  source = await openSyntheticSource();
});

test.each(RECORD_KINDS)('the bytes of kind %s never change, and fit the schema in wire order', async (kind) => {
  const hash = createHash('sha256');
  const misfits: string[] = [];
  const columns = Object.keys(SCHEMAS[kind].shape).join();
  for (const { json } of await source.readRows(kind, POSITIONS)) {
    hash.update(`${json}\n`);
    const row = JSON.parse(json) as object;
    if (!SCHEMAS[kind].safeParse(row).success || Object.keys(row).join() !== columns) misfits.push(json);
  }
  expect(misfits).toEqual([]);
  expect(hash.digest('hex')).toBe(GOLDEN[kind]);
});

test.each(RECORD_KINDS)('keys of kind %s are 0 to 11,153, inside the rows too', async (kind) => {
  expect(await source.listKeys(kind)).toEqual(POSITIONS);
  const some = POSITIONS.filter((position) => position % 97 === 0 || position === 11_153);
  const rows = await source.readRows(kind, some);
  expect(rows.map(({ key }) => key)).toEqual(some);
  expect(rows.map(({ json }) => (JSON.parse(json) as Record<string, unknown>)[KEY_FIELDS[kind]])).toEqual(some);
});

test('rows come in the order asked for and do not depend on what was read before', async () => {
  const positions = [11_153, 7_528, 0, 7_528];
  const rows = await source.readRows('pin', positions);
  expect(rows.map(({ key }) => key)).toEqual(positions);
  const other = await openSyntheticSource();
  for (const [i, position] of positions.entries()) expect(await other.readRows('pin', [position])).toEqual([rows[i]]);
});

test('a position outside is refused', async () => {
  await expect(source.readRows('geo', [11_154])).rejects.toThrow('expected a position from 0 to 11153, got 11154');
});

test('no post is older than the membership of its user', async () => {
  const [geos, users] = await Promise.all([readGeos(), readUsers()]);
  // Texts of the form YYYY-MM-DD HH:MM:SS sort by time.
  expect(geos.filter((geo, key) => geo.timestamp < (users[key]?.date_joined ?? ''))).toEqual([]);
});
