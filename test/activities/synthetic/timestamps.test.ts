import { formatDateTime, toEpochSeconds } from '../../../activities/synthetic/date-time.ts';
import { createTimestamps } from '../../../activities/synthetic/timestamps.ts';
import { countValues } from './read-data-set.ts';

const timestamps = createTimestamps().map(formatDateTime);

test('posts are spread over the years as measured', () => {
  const years = countValues(timestamps.map((timestamp) => timestamp.slice(0, 4)));
  expect(Object.fromEntries(years)).toEqual({
    2017: 432,
    2018: 2_316,
    2019: 2_192,
    2020: 2_172,
    2021: 2_208,
    2022: 1_834,
  });
});

test('no two posts share a second, and all lie in the measured range', () => {
  expect(new Set(timestamps).size).toBe(11_154);
  const sorted = timestamps.toSorted();
  expect((sorted.at(0) ?? '') >= '2017-10-19 15:13:42').toBe(true);
  expect((sorted.at(-1) ?? '') <= '2022-10-19 17:54:26').toBe(true);
});

test('keys say nothing about the time', () => {
  const later = timestamps.filter((timestamp, key) => timestamp > (timestamps[key - 1] ?? '')).length;
  expect(Math.abs(later / timestamps.length - 0.5)).toBeLessThan(0.03);
});

test('a date is read and printed as UTC', () => {
  expect(toEpochSeconds('2020-08-28 03:52:47')).toBe(1_598_586_767);
  expect(formatDateTime(1_598_586_767)).toBe('2020-08-28 03:52:47');
});
