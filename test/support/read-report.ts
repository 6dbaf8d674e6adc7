import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dailyRunId, reportKey } from '../../domain/names.ts';
import type { RunningStack } from './running-stack.ts';

interface ReportFile {
  readonly ledger: Record<string, Record<string, number>>;
  readonly queries: Record<string, { columns: string[]; rows: (string | number | null)[][] }>;
  readonly steps: { name: string; seconds: number }[];
}

/** The report.json of a run, read as any program would. */
export function readReport({ config }: RunningStack, run: { pipeline: string; date: string }): ReportFile {
  const path = fileURLToPath(`${config.landing.root}/${reportKey(dailyRunId(run), 'report.json')}`);
  return JSON.parse(readFileSync(path, 'utf8')) as ReportFile;
}
