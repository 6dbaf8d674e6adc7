import { mapKinds, type PerKind } from '../../domain/kinds.ts';
import { formatNumber, median } from '../render-row.ts';
import type { CommitFollower, Followed } from './follow-commits.ts';
import { divideMedian, type Freshness, measureBatches, measureFreshness, quantile } from './measure-freshness.ts';
import type { Put } from './post-records.ts';
import type { StreamStack } from './start-stream.ts';

/** What was measured of one rate. */
export interface Minute {
  readonly rate: number;
  readonly puts: readonly Put[];
  readonly from: number;
  readonly to: number;
  /** Cores that each process used meanwhile. */
  readonly cores: Readonly<Record<string, number>>;
  readonly load: number;
}

/** A row of a table in Markdown for each figure, with a column for each rate. */
export function renderMinutes(
  minutes: readonly Minute[],
  stack: StreamStack,
  followers: PerKind<CommitFollower>,
): string[] {
  const followed = mapKinds((kind) => followers[kind].followed);
  const columns = minutes.map((minute) =>
    renderMinute(minute, measureFreshness(minute.puts, stack, followed), followed),
  );
  return Object.keys(columns[0] ?? {}).map(
    (name) => `| ${[name, ...columns.map((column) => column[name])].join(' | ')} |`,
  );
}

function renderMinute(
  { rate, puts, from, to, cores, load }: Minute,
  freshness: readonly Freshness[],
  followed: PerKind<Followed>,
): Record<string, string> {
  const totals = freshness.map(({ total }) => total);
  const parts = divideMedian(freshness);
  const batches = measureBatches(followed, from, to);
  return {
    'records/s': String(rate),
    records: String(puts.length),
    'put → visible, p50, s': formatNumber(quantile(totals, 0.5), 2),
    'put → visible, p99, s': formatNumber(quantile(totals, 0.99), 2),
    'put → visible, most, s': formatNumber(quantile(totals, 1), 2),
    'of p50: put, and waiting for the batch before': formatNumber(parts.waiting, 2),
    'of p50: source, begin of the batch': formatNumber(parts.reading, 2),
    'of p50: parsing, planning': formatNumber(parts.parsing, 2),
    'of p50: MERGE': formatNumber(parts.merging, 2),
    'put → acknowledged, p50, s': formatNumber(median(puts.map((put) => (put.acknowledgedAt - put.at) / 1_000)), 3),
    'batch, p50, s': formatNumber(quantile(batches.seconds, 0.5), 2),
    'batch, p99, s': formatNumber(quantile(batches.seconds, 0.99), 2),
    'commit → end of the batch, p50, s': formatNumber(quantile(batches.checkpointing, 0.5), 2),
    'batches of the three': String(batches.seconds.length),
    ...Object.fromEntries(Object.entries(cores).map(([name, used]) => [`cores: ${name}`, formatNumber(used, 2)])),
    load: load.toFixed(1),
  };
}
