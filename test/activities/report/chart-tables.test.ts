import { chartDots, chartJoined, chartMatrix, chartTop } from '../../../activities/report/chart-tables.ts';
import type { QueryTable } from '../../../activities/ports.ts';
import { makeEmptyQueries, makeQueries } from './report-input.ts';

const table = (rows: QueryTable['rows']): QueryTable => ({ columns: [], rows });

test('the greatest values come first and equal ones keep the order of the table', () => {
  const rows = [...Array(20).keys()].map((n) => [`C${n}`, 'art', n < 2 ? 50 : n]);
  const chart = chartTop(table([...rows, ['Z', 'art', 50]]), 4);
  expect(chart).toMatchObject({
    shape: 'bars',
    labels: ['C0 · art', 'C1 · art', 'Z · art', 'C19 · art'],
    values: [50, 50, 50, 19],
  });
});

test('medians become dots, and a missing one leaves its label', () => {
  expect(chartDots(makeQueries().q7, { upright: true })).toMatchObject({
    ...{ shape: 'dots', upright: true },
    ...{ labels: ['2015', '2016'], values: [98_000, null] },
  });
});

test('a matrix keeps the order of the table and leaves out pairs without a value', () => {
  const { q2, q8 } = makeQueries({
    q8: [
      ['+50', 2016, 3.5],
      ['18-24', 2015, null],
      ['18-24', 2016, 0],
    ],
  });
  expect(chartMatrix(q2, { rows: 1, columns: 0 })).toMatchObject({
    rows: ['art', 'quotes'],
    columns: ['2018', '2019'],
    cells: [
      { row: 0, column: 0, value: 30 },
      { row: 1, column: 0, value: 1200 },
      { row: 0, column: 1, value: 7 },
    ],
  });
  expect(chartMatrix(q8, { rows: 0, columns: 1, logarithmic: true })).toMatchObject({
    ...{ rows: ['+50', '18-24'], columns: ['2016'] },
    cells: [
      { row: 0, column: 0, value: 3.5 },
      { row: 1, column: 0, value: 0 },
    ],
  });
});

test('a matrix of too many rows and columns is cut', () => {
  const rows = [...Array(900).keys()].map((n) => [`group ${n % 30}`, Math.floor(n / 30), n]);
  const chart = chartMatrix(table(rows), { rows: 0, columns: 1 });
  expect(chart).toMatchObject({ rows: { length: 20 }, columns: { length: 6 }, cells: { length: 120 } });
});

test('a table without a value has no chart', () => {
  const { q1, q2, q5, q6 } = makeEmptyQueries();
  expect(chartTop(q1, 15)).toBeUndefined();
  expect(chartMatrix(q2, { rows: 1, columns: 0 })).toBeUndefined();
  expect(chartDots(q5, { upright: false })).toBeUndefined();
  expect(chartDots(table([['18-24', null]]), { upright: false })).toBeUndefined();
  expect(chartJoined(q6)).toBeUndefined();
});
