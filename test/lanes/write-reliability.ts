import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { describeFaults } from '../docs/reliability-table.ts';
import { replaceTable } from '../docs/tables.ts';
import type { FaultReport } from '../support/report-fault.ts';

/** Puts what the tests reported into the table of the document, with the day and the size of the machine. */
export function writeReliability({ document, reports }: { readonly document: string; readonly reports: string }): void {
  const lines = existsSync(reports) ? readFileSync(reports, 'utf8').trim().split('\n') : [];
  const table = describeFaults(lines.map((line) => JSON.parse(line) as FaultReport));
  const measured = `Measured on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores.`;
  const text = replaceTable(readFileSync(document, 'utf8'), { file: document, name: 'cases', table });
  writeFileSync(document, text.replace(/^Measured on.*$/m, measured));
}
