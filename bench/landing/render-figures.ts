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

function renderRow(name: string, values: readonly number[], digits: number): string {
  const cells = [median(values), Math.min(...values), Math.max(...values)].map((value) => formatNumber(value, digits));
  return `| ${[name, ...cells].join(' | ')} |`;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? NaN;
  return (at(Math.floor((sorted.length - 1) / 2)) + at(Math.ceil((sorted.length - 1) / 2))) / 2;
}

function formatNumber(value: number, digits: number): string {
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
