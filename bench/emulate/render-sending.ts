import type { Mark, Measurement } from '../landing/measure-process.ts';
import { formatNumber, renderRow } from '../render-row.ts';

/** The number of records for which CPU time is told, whatever number was measured. */
const PER = 300_000;

interface Side {
  readonly how: string;
  readonly posts: number;
  readonly measurements: readonly Measurement[];
}

/** The rows of a table in Markdown: median, least and most of each figure. */
export function renderSending({ how, posts, measurements }: Side): string[] {
  const records = 3 * posts;
  const row = (what: string, figure: (one: Measurement) => number, digits = 0) =>
    renderRow(`${how}: ${what}`, measurements.map(figure), digits);
  return [
    row('records/s from row to object', ({ seconds }) => records / seconds),
    row('records/s until Kafka has them', ({ marks }) => records / secondsUntilSent(marks)),
    row(`CPU s of the emulator per ${formatNumber(PER, 0)}`, ({ marks }) => (cpuUntilSent(marks) * PER) / records, 2),
  ];
}

type Marks = Readonly<Record<string, Mark>>;

function secondsUntilSent({ began, sent }: Marks): number {
  return ((sent?.at ?? NaN) - (began?.at ?? NaN)) / 1_000;
}

function cpuUntilSent({ began, sent }: Marks): number {
  return (sent?.cpuSeconds ?? NaN) - (began?.cpuSeconds ?? NaN);
}
