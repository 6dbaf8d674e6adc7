import { median, renderRow } from '../../bench/render-row.ts';

test('a row has median, least and most', () => {
  expect(renderRow('records/s', [5_000, 1_000, 2_000.4], 0)).toBe('| records/s | 2,000 | 1,000 | 5,000 |');
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[], NaN],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});
