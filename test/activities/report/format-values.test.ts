import {
  formatCell,
  formatCount,
  formatDuration,
  formatInstant,
  joinWords,
  shortenLabel,
} from '../../../activities/report/format-values.ts';

test.each([
  [0, '0.0 s'],
  [0.03, '<0.1 s'],
  [0.05, '0.1 s'],
  [8.44, '8.4 s'],
  [59.94, '59.9 s'],
  [59.95, '1 min 00 s'],
  [74.9, '1 min 15 s'],
  [3_599.6, '1 h 00 min'],
  [3_870, '1 h 05 min'],
])('%d seconds are written as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test('counts have separators', () => {
  expect([0, 999, 11_154, 15_000_000].map(formatCount)).toEqual(['0', '999', '11,154', '15,000,000']);
});

test('a cell is written by the kind of its column', () => {
  expect(formatCell('year', 2018)).toBe('2018');
  expect(formatCell('count', 2018)).toBe('2,018');
  expect(formatCell('median', 23_500.5)).toBe('23,500.5');
  expect(formatCell('median', null)).toBe('–');
  expect(formatCell('text', '2018')).toBe('2018');
});

test('an instant loses its fraction, and another text stays as it is', () => {
  expect(formatInstant('2026-11-22T06:00:03.214Z')).toBe('2026-11-22 06:00:03 UTC');
  expect(formatInstant('2026-11-22T06:00:03Z')).toBe('2026-11-22 06:00:03 UTC');
  expect(formatInstant('yesterday')).toBe('yesterday');
});

test('a label is one line without control and direction characters, cut at whole characters', () => {
  expect(shortenLabel(' a\n\u0000b\u202ec ', 10)).toBe('a b c');
  expect(shortenLabel('😀😀😀😀', 3)).toBe('😀😀…');
  expect(shortenLabel('abc', 3)).toBe('abc');
});

test('words are joined as in a sentence', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(joinWords)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});
