import { formatTable, formatTotal } from './format-summary.ts';
import type { LaneResult } from './lanes.ts';

const results: LaneResult[] = [
  { lane: 'checks', passed: 3, failed: 0, seconds: 21.26, report: '' },
  { lane: 'notebooks', passed: 41, failed: 2, seconds: 108, report: 'FAILED' },
];

test('the table has one row a lane', () => {
  expect(formatTable(results)).toBe(
    [
      'lane        passed  failed seconds',
      'checks           3       0    21.3',
      'notebooks       41       2   108.0',
    ].join('\n'),
  );
});

test('the total is one line that a program can read', () => {
  expect(formatTotal(results)).toBe('44 passed, 2 failed');
  expect(formatTotal([])).toBe('0 passed, 0 failed');
});
