import fc from 'fast-check';
import { findRangeProblems, listDates } from '../../domain/date-range.ts';

describe('the dates of a range', () => {
  test('are all days from the first to the last, also over the end of a leap year', () => {
    expect(listDates({ from: '2028-02-28', to: '2028-03-01' })).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
    expect(listDates({ from: '2026-11-01', to: '2026-11-01' })).toEqual(['2026-11-01']);
  });

  test('follow each other by a day, whatever the range', () => {
    const day = fc.integer({ min: 0, max: 40_000 });
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 800 }), (first, more) => {
        const format = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10);
        const dates = listDates({ from: format(first), to: format(first + more) });
        expect(dates).toEqual(Array.from({ length: more + 1 }, (_, index) => format(first + index)));
      }),
    );
  });
});

test.each([
  ['2026-11-22', '2026-11-22', []],
  [
    '2026-02-30',
    7,
    ['from: expected a day as YYYY-MM-DD, got "2026-02-30"', 'to: expected a day as YYYY-MM-DD, got 7'],
  ],
  ['2026-11-22', '2026-11-21', ['to: expected a day that is not before "2026-11-22", got "2026-11-21"']],
  ['2025-01-01', '2026-01-02', ['to: expected at most 366 dates, got 367; split the range']],
])('the range %s to %s has the problems %j', (from, to, problems) => {
  expect(findRangeProblems({ from, to }, 366)).toEqual(problems);
});
