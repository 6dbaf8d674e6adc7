import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RunPipelineResult } from '../domain/run.ts';
import { formatLedger } from './format-ledger.ts';
import { formatTable } from './format-table.ts';

/** Rows of each query that the summary shows; the report has all. */
const SHOWN_ROWS = 10;

type Table = { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | number | null)[])[] };

export interface SummaryInput {
  readonly result: RunPipelineResult;
  readonly landingRoot: string;
  /** Page of the run in the Temporal UI, where a UI is known. */
  readonly runPage: string | undefined;
}

/** The end of a run for people: ledger, results, timings, where to look further. The last line is the report's path. */
export function summariseRun({ result, landingRoot, runPage }: SummaryInput): string[] {
  const { workflowId, ledger, carriedOver, steps, report, late } = result;
  return [
    '',
    `ledger of ${workflowId}`,
    ...formatLedger({ counts: ledger, carriedOver }),
    ...queryLines(locate(landingRoot, report.json)),
    '',
    'seconds per step',
    ...formatTable(
      ['step', 'seconds'],
      steps.map(({ name, seconds }) => [name, Number(seconds.toFixed(1))]),
    ),
    '',
    ...(late === undefined ? [] : [`late by ${formatMinutes(late.seconds)} min: was to be done by ${late.since}`]),
    ...(runPage === undefined ? [] : [`run in the Temporal UI: npm run local:up, then open ${runPage}`]),
    `report: ${locate(landingRoot, report.html)}`,
  ];
}

/** Of less than a minute, one: a late run is never late by none. */
function formatMinutes(seconds: number): number {
  return Math.ceil(seconds / 60);
}

/** The eight questions' answers. The report file is only at hand where the landing root is a folder. */
function queryLines(reportJson: string): string[] {
  if (reportJson.includes('://')) return ['', `results: ${reportJson}`];
  const { queries } = JSON.parse(readFileSync(reportJson, 'utf8')) as { queries: Record<string, Table> };
  return Object.entries(queries).flatMap(([name, { columns, rows }]) => {
    const hidden = rows.length - SHOWN_ROWS;
    return [
      '',
      name,
      ...formatTable(columns, rows.slice(0, SHOWN_ROWS)),
      ...(hidden > 0 ? [`… ${hidden} more in the report`] : []),
    ];
  });
}

/** A path where the root is a folder of this machine, else a URI. */
function locate(landingRoot: string, key: string): string {
  const uri = `${landingRoot}/${key}`;
  return uri.startsWith('file:') ? fileURLToPath(uri) : uri;
}
