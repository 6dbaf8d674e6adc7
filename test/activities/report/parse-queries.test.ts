import fc from 'fast-check';
import { parseQueries } from '../../../activities/report/parse-queries.ts';
import { PinflowError } from '../../../domain/errors.ts';
import { makeEmptyQueries, makeQueries } from './report-input.ts';

function failureOf(text: string): PinflowError {
  try {
    parseQueries(text);
  } catch (error) {
    if (error instanceof PinflowError) return error;
    throw error;
  }
  throw new Error('accepted');
}

const messageOf = (tables: unknown) => failureOf(JSON.stringify(tables)).message;

test('the ten tables of a notebook are read as they are', () => {
  expect(parseQueries(JSON.stringify(makeQueries()))).toEqual(makeQueries());
});

test('tables without rows are read', () => {
  expect(parseQueries(JSON.stringify(makeEmptyQueries()))).toEqual(makeEmptyQueries());
});

test('what a table holds beside columns and rows is dropped', () => {
  const tables = makeQueries();
  const text = JSON.stringify({ ...tables, q5: { ...tables.q5, sha256: 'x' } });
  expect(parseQueries(text)).toEqual(tables);
});

test.each([
  ['', 'expected JSON, got an empty text'],
  ['Infinity', 'expected JSON, got "Infinity"'],
  ['{"q1":', 'expected JSON, got "{\\"q1\\":"'],
  ['null', 'expected an object of tables, got null'],
  ['[1]', 'expected an object of tables, got [1]'],
])('the text %j is refused', (text, problem) => {
  expect(failureOf(text)).toMatchObject({
    code: 'OUTPUT_INVALID',
    message: `output of the notebook "queries": ${problem}`,
  });
});

test('every missing, unknown and malformed table is named', () => {
  const { q1: _, q4, ...others } = makeQueries();
  const tables = { ...others, q4: { ...q4, rows: 'none' }, q5: null, q9: {} };
  expect(messageOf(tables)).toBe(
    'output of the notebook "queries": table "q1": missing; table "q4": expected rows as a list, got "none"; ' +
      'table "q5": expected an object with columns and rows, got null; table "q9": unknown',
  );
});

test('a table with other columns is refused', () => {
  const tables = { ...makeQueries(), q8: { columns: ['age_group', 'year', 'median_follower_count'], rows: [] } };
  expect(messageOf(tables)).toBe(
    'output of the notebook "queries": table "q8": expected columns age_group, post_year, median_follower_count, ' +
      'got ["age_group","year","median_follower_count"]',
  );
});

test.each([
  ['q3b', [['Albania']], ': expected 2 values, got ["Albania"]'],
  ['q3b', ['Albania'], ': expected 2 values, got "Albania"'],
  ['q1', [[null, 'art', 1]], ', column "country": expected a text, got null'],
  ['q6', [['2015', 1]], ', column "post_year": expected a whole number, got "2015"'],
  ['q4', [['18-24', 'art', 1.5]], ', column "category_count": expected a whole number of at least 0, got 1.5'],
  ['q3b', [['Albania', null]], ', column "follower_count": expected a whole number of at least 0, got null'],
  ['q5', [['18-24', -1]], ', column "median_follower_count": expected a number of at least 0 or null, got -1'],
] as const)('a wrong value of table %s is named by row and column: %j', (name, rows, problem) => {
  const tables = { ...makeQueries(), [name]: { ...makeQueries()[name], rows } };
  expect(messageOf(tables)).toBe(`output of the notebook "queries": table "${name}", row 1${problem}`);
});

test('the row of a wrong value is counted from one', () => {
  const rows = [
    [2015, 1],
    [2016, 'many'],
  ];
  expect(messageOf({ ...makeQueries(), q6: { ...makeQueries().q6, rows } })).toContain('table "q6", row 2, column');
});

test('a long value is cut in the message', () => {
  const message = messageOf({ ...makeQueries(), q5: 'x'.repeat(5_000) });
  expect(message).toContain(`got "${'x'.repeat(78)}…`);
  expect(message.length).toBeLessThan(250);
});

test('any text either gives tables or OUTPUT_INVALID', () => {
  const nearlyTables = fc
    .record({
      name: fc.constantFrom('q1', 'q5', 'q8'),
      table: fc.oneof(fc.jsonValue(), fc.record({ columns: fc.jsonValue(), rows: fc.jsonValue() })),
    })
    .map(({ name, table }) => JSON.stringify({ ...makeQueries(), [name]: table }));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), nearlyTables), (text) => {
      expect(failureOf(text).code).toBe('OUTPUT_INVALID');
    }),
  );
});
