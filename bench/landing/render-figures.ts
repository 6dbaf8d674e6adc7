import { formatNumber, renderRow } from '../render-row.ts';
import type { Measurement } from './measure-process.ts';

/** The number of records for which CPU time is told, whatever number was measured. */
const PER = 300_000;

/** The rows of a table in Markdown: median, least and most of each figure. */
export function renderFigures(who: string, records: number, measured: readonly Measurement[]): string[] {
  const row = (what: string, figure: (one: Measurement) => number, digits = 2) =>
    renderRow(`${who}: ${what}`, measured.map(figure), digits);
  return [
    row('records/s', ({ seconds }) => records / seconds, 0),
    row(`CPU s per ${formatNumber(PER, 0)}`, ({ cpuSeconds }) => (cpuSeconds * PER) / records),
    row('start, s', ({ startSeconds }) => startSeconds),
    row('start, CPU s', ({ startCpuSeconds }) => startCpuSeconds),
  ];
}
