import { formatTable } from '../../client/format-table.ts';

test('a table aligns numbers to the right and text to the left, and leaves a missing value empty', () => {
  const lines = formatTable(
    ['kind', 'rows'],
    [
      ['pin', 11_154],
      ['geo', 7],
    ],
  );
  expect(lines).toEqual(['kind   rows', '----  -----', 'pin   11154', 'geo       7']);
  expect(formatTable(['a', 'b'], [[null, 'x']])).toEqual(['a  b', '-  -', '   x']);
  expect(formatTable(['empty'], [])).toEqual(['empty', '-----']);
});
