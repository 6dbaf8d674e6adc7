import type { KindLedger } from '../../domain/ledger.ts';
import type { RunPipelineResult } from '../../domain/run.ts';

/** Acknowledged records that these runs have not found again, by the audit or by the difference, whichever is more. */
export function countLost(results: readonly RunPipelineResult[]): number {
  return sum(results, ({ lost, acknowledged, landed }) => Math.max(lost, acknowledged - landed));
}

/** Records that are there twice, and Databricks runs that should not be there. */
export function countDoubled(
  results: readonly RunPipelineResult[],
  countRuns: (result: RunPipelineResult) => number,
): number {
  return sum(results, ({ repeated }) => repeated) + results.reduce((total, result) => total + countRuns(result) - 1, 0);
}

function sum(results: readonly RunPipelineResult[], count: (kind: KindLedger) => number): number {
  return results.flatMap(({ ledger }) => Object.values(ledger)).reduce((total, kind) => total + count(kind), 0);
}
