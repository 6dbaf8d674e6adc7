import { renderFigures } from '../../../bench/landing/render-figures.ts';

test('a table has median, least and most of each figure, and CPU time for a fixed number of records', () => {
  const start = { startSeconds: 0.5, startCpuSeconds: 0.25, marks: {} };
  const rows = renderFigures('landing', 100_000, [
    { seconds: 1, cpuSeconds: 1, ...start },
    { seconds: 4, cpuSeconds: 3, ...start },
    { seconds: 2, cpuSeconds: 1.5, ...start },
  ]);
  expect(rows).toEqual([
    '| landing: records/s | 50,000 | 25,000 | 100,000 |',
    '| landing: CPU s per 300,000 | 4.50 | 3.00 | 9.00 |',
    '| landing: start, s | 0.50 | 0.50 | 0.50 |',
    '| landing: start, CPU s | 0.25 | 0.25 | 0.25 |',
  ]);
});
