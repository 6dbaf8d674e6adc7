import { createMysqlSource } from '../../../activities/mysql/row-source.ts';

type Row = Record<string, unknown>;

/**
 * A table behind the statements that the source uses, hostile where a database may be: rows without a key come in a
 * different order every time, and rows of an IN list in the order of the table.
 */
function fakeTable(rows: readonly Row[], column: string) {
  const statements: string[] = [];
  let turn = 0;
  const query = async (sql: string, values: readonly unknown[]): Promise<Row[]> => {
    statements.push(sql);
    const rotated = rows.map((_, i) => rows[(i + turn) % rows.length] as Row);
    turn++;
    if (sql.includes('COUNT(*) AS n FROM') && sql.includes('IS NULL')) {
      return [{ n: rows.filter((row) => row[column] === null).length }];
    }
    if (sql.includes('IS NULL')) return rotated.filter((row) => row[column] === null);
    if (sql.includes('IN (?)')) {
      const wanted = values[0] as readonly unknown[];
      return rotated.filter((row) => wanted.includes(row[column]));
    }
    const [last, limit] = values as [number, number];
    const keys = rows.map((row) => row[column]).filter((key): key is number => key !== null);
    const distinct = [...new Set(keys)].filter((key) => key > last).toSorted((a, b) => a - b);
    return distinct.slice(0, limit).map((k) => ({ k, n: keys.filter((key) => key === k).length }));
  };
  return { statements, source: createMysqlSource(query, async () => {}) };
}

test('positions follow the key, then the text; rows without a key come last', async () => {
  const rows = [
    { index: 9, title: 'b' },
    { index: null, title: 'y' },
    { index: 2, title: 'a' },
    { index: 9, title: 'a' },
    { index: null, title: 'x' },
  ];
  const { source } = fakeTable(rows, 'index');
  expect(await source.listKeys('pin')).toEqual([2, 9, 9, null, null]);
  for (let attempt = 0; attempt < 5; attempt++) {
    expect(await source.readRows('pin', [3, 2, 1, 0, 4])).toEqual([
      { key: null, json: '{"index":null,"title":"x"}' },
      { key: 9, json: '{"index":9,"title":"b"}' },
      { key: 9, json: '{"index":9,"title":"a"}' },
      { key: 2, json: '{"index":2,"title":"a"}' },
      { key: null, json: '{"index":null,"title":"y"}' },
    ]);
  }
});

test('columns keep the order of the table', async () => {
  const { source } = fakeTable(
    [{ ind: 1, timestamp: '2020-08-28 03:52:47', latitude: -89.9787, country: 'Albania' }],
    'ind',
  );
  const [row] = await source.readRows('geo', [0]);
  expect(row?.json).toBe('{"ind":1,"timestamp":"2020-08-28 03:52:47","latitude":-89.9787,"country":"Albania"}');
});

test('keys and rows come in pages, by key and never by LIMIT with an offset', async () => {
  const rows = Array.from({ length: 10_500 }, (_, key) => ({ ind: key }));
  const { source, statements } = fakeTable(rows, 'ind');
  expect(await source.listKeys('user')).toHaveLength(10_500);
  const read = await source.readRows('user', [10_499, ...Array.from({ length: 1_500 }, (_, i) => i)]);
  expect(read.slice(0, 3).map(({ key }) => key)).toEqual([10_499, 0, 1]);
  expect(read).toHaveLength(1_501);
  expect(statements).toEqual([
    'SELECT `ind` AS k, COUNT(*) AS n FROM `user_data` WHERE `ind` > ? GROUP BY `ind` ORDER BY `ind` LIMIT ?',
    'SELECT `ind` AS k, COUNT(*) AS n FROM `user_data` WHERE `ind` > ? GROUP BY `ind` ORDER BY `ind` LIMIT ?',
    'SELECT COUNT(*) AS n FROM `user_data` WHERE `ind` IS NULL',
    'SELECT * FROM `user_data` WHERE `ind` IN (?)',
    'SELECT * FROM `user_data` WHERE `ind` IN (?)',
  ]);
});

test('an empty table has no rows', async () => {
  const { source } = fakeTable([], 'ind');
  expect(await source.listKeys('geo')).toEqual([]);
  expect(await source.readRows('geo', [])).toEqual([]);
});

test('a row that vanishes between the listing and the read is named', async () => {
  const rows = [{ ind: 1 }, { ind: 2 }];
  const { source } = fakeTable(rows, 'ind');
  await source.listKeys('geo');
  rows.pop();
  await expect(source.readRows('geo', [0, 1])).rejects.toEqual(
    expect.objectContaining({
      code: 'SOURCE_UNAVAILABLE',
      message: 'table `geolocation_data` lost a row with key 2 while a run was reading it',
    }),
  );
  expect(await source.readRows('geo', [0])).toEqual([{ key: 1, json: '{"ind":1}' }]);
});

test('a position outside is refused', async () => {
  const { source } = fakeTable([{ ind: 1 }], 'ind');
  await expect(source.readRows('geo', [1])).rejects.toThrow('expected a position from 0 to 0, got 1');
});

test('closing closes once what was opened', async () => {
  const close = jest.fn(async () => {});
  await createMysqlSource(async () => [], close).close();
  expect(close).toHaveBeenCalledTimes(1);
});
