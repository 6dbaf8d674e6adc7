import { RECORD_KINDS } from '../domain/kinds.ts';
import { countCleaned, STATIONS } from '../domain/ledger.ts';
import type { LedgerView } from '../domain/run.ts';
import { formatTable } from './format-table.ts';

const FINDINGS = ['lost', 'phantom', 'corrupt', 'repeated'] as const;

/** A ledger as two tables: the stations of a record, and what was found wrong on the way. Empty cells are not counted yet. */
export function formatLedger({ counts, carriedOver }: LedgerView): string[] {
  const tableOf = (columns: readonly (keyof LedgerView['counts']['pin'])[]) =>
    formatTable(
      ['kind', ...columns],
      RECORD_KINDS.map((kind) => [kind, ...columns.map((column) => counts[kind][column] ?? null)]),
    );
  return [...tableOf(STATIONS), '', ...tableOf(FINDINGS), ...formatCarriedOver(carriedOver)];
}

function formatCarriedOver(carriedOver: LedgerView['carriedOver']): string[] {
  if (carriedOver === undefined || RECORD_KINDS.every((kind) => countCleaned(carriedOver[kind]) === 0)) return [];
  const rows = RECORD_KINDS.map((kind) => {
    const { clean, quarantined, duplicate } = carriedOver[kind];
    return [kind, clean, quarantined, duplicate];
  });
  const columns = ['kind', 'clean', 'quarantined', 'duplicate'];
  return ['', 'landed with this run, sent by others', ...formatTable(columns, rows)];
}
