import type { FaultReport } from '../support/report-fault.ts';
import type { Table } from './tables.ts';

/** The cases of docs/reliability.md that must be shown, by number; those between are about Databricks. */
export const CASES: Readonly<Record<number, string>> = {
  1: 'worker killed at every step',
  2: 'workers killed again and again',
  3: 'worker paused beyond its heartbeat, then resumed',
  4: 'worker told to stop under load',
  5: 'Temporal server killed and restarted',
  6: 'Temporal unreachable',
  7: 'Kafka broker killed, paused, restarted under load',
  8: 'answer to a produce request lost',
  9: 'worker killed between a write and its record',
  10: 'landers come and go, partitions are added',
  11: 'S3 answers with errors',
  12: 'S3 has done it and the answer is lost',
  14: 'S3 answers with other bytes',
  15: 'objects that appear late',
  16: 'Kinesis refuses records',
  17: 'Kinesis restarted, resharded, iterators too old',
  22: 'run cancelled or terminated',
  24: 'one date started fifty times at once',
  25: 'several dates of one pipeline at once',
  28: 'disk full',
  29: 'poison records in the topic',
  30: 'requests at and above the limits',
  31: 'text in every encoding',
  32: 'numbers beyond what a number can hold',
  35: 'nothing, or one record, to process',
  36: 'junk below the prefix',
  38: 'worker upgraded and rolled back in the middle of a run',
  40: 'a stream between its table and its checkpoint',
};

/** One row for each fault, in the order of the cases. */
export function describeFaults(reports: readonly FaultReport[]): Table {
  const groups = Map.groupBy(reports, ({ number, fault }) => `${String(number).padStart(3, '0')} ${fault}`);
  const rows = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => describeGroup(group));
  return [['case', 'fault', 'injected', 'lost', 'duplicated', 'recovery p50', 'recovery max'], ...rows];
}

function describeGroup(group: readonly FaultReport[]): string[] {
  const [first] = group;
  const sum = (of: (report: FaultReport) => number) => String(group.reduce((total, report) => total + of(report), 0));
  const times = group.flatMap(({ recoveryMs }) => recoveryMs).toSorted((a, b) => a - b);
  return [
    `${first?.number} ${CASES[first?.number ?? 0] ?? ''}`.trim(),
    String(first?.fault),
    `${sum(({ injected }) => injected)} ×`,
    sum(({ lost }) => lost),
    sum(({ duplicated }) => duplicated),
    formatSeconds(times[Math.floor((times.length - 1) / 2)]),
    formatSeconds(times.at(-1)),
  ];
}

function formatSeconds(ms: number | undefined): string {
  return ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`;
}
