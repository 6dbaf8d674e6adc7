import type { LaneResult } from './lanes.ts';

/** One row a lane, with what it counted and how long it took. */
export function formatTable(results: readonly LaneResult[]): string {
  const rows = [
    ['lane', 'passed', 'failed', 'seconds'],
    ...results.map(({ lane, passed, failed, seconds }) => [lane, String(passed), String(failed), seconds.toFixed(1)]),
  ];
  return rows
    .map(([lane = '', ...numbers]) => [lane.padEnd(10), ...numbers.map((text) => text.padStart(8))].join(''))
    .join('\n');
}

/** The last line of `npm test`; other programs read it. */
export function formatTotal(results: readonly Pick<LaneResult, 'passed' | 'failed'>[]): string {
  const sum = (name: 'passed' | 'failed') => results.reduce((total, result) => total + result[name], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed`;
}
