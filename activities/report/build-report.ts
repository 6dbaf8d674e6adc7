import { mapKinds, type PerKind } from '../../domain/kinds.ts';
import type { CleaningCounts, KindLedger, Ledger } from '../../domain/ledger.ts';
import type { EmulationOrder } from '../../domain/run.ts';
import { QUERY_NAMES, type QueryTables } from './query-tables.ts';

/** What a report says about the run itself. Links are absent where there is no page to link to. */
export interface ReportedRun {
  readonly workflowId: string;
  readonly pipeline: string;
  readonly date: string;
  readonly seed: number;
  readonly order: EmulationOrder;
  /** The source in words, for example `synthetic`. */
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly temporalUrl?: string;
  readonly databricksUrl?: string;
}

export interface ReportedStep {
  readonly name: string;
  readonly seconds: number;
}

export interface ReportInput {
  readonly run: ReportedRun;
  readonly ledger: Ledger;
  /** Records of earlier, unfinished runs that this run cleaned; told in the page only. */
  readonly carriedOver: PerKind<CleaningCounts>;
  /** Objects below the topics that landing did not write; told in the page only. */
  readonly strays: PerKind<number>;
  readonly queries: QueryTables;
  readonly steps: readonly ReportedStep[];
}

/** The content of report.json. Programs read it, so it has these four keys and no others. */
export interface Report {
  readonly run: ReportedRun;
  readonly ledger: Ledger;
  readonly queries: QueryTables;
  readonly steps: readonly ReportedStep[];
}

/**
 * The content of report.json. Every object is rebuilt key by key, so that equal inputs give equal bytes whatever order
 * their keys came in.
 */
export function buildReport({ run, ledger, queries, steps }: ReportInput): Report {
  const tables = QUERY_NAMES.map((name) => [name, { columns: queries[name].columns, rows: queries[name].rows }]);
  return {
    run: copyRun(run),
    ledger: mapKinds((kind) => copyCounts(ledger[kind])),
    queries: Object.fromEntries(tables) as QueryTables,
    steps: steps.map(({ name, seconds }) => ({ name, seconds })),
  };
}

function copyRun(run: ReportedRun): ReportedRun {
  const { workflowId, pipeline, date, seed, order, source, startedAt, temporalUrl, databricksUrl } = run;
  return {
    ...{ workflowId, pipeline, date, seed, order, source, startedAt },
    ...(temporalUrl !== undefined && { temporalUrl }),
    ...(databricksUrl !== undefined && { databricksUrl }),
  };
}

function copyCounts(counts: KindLedger): KindLedger {
  const { intended, acknowledged, landed, clean, quarantined, duplicate, lost, phantom, corrupt, repeated } = counts;
  return { intended, acknowledged, landed, clean, quarantined, duplicate, lost, phantom, corrupt, repeated };
}
