import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { listTables, replaceTable } from './tables.ts';

// Run by hand, in the root: `node test/docs/write-tables.ts`.
for (const documented of listTables()) {
  const text = replaceTable(readFileSync(documented.file, 'utf8'), documented);
  const options = (await resolveConfig(documented.file)) ?? {};
  writeFileSync(documented.file, await format(text, { ...options, filepath: documented.file }));
}
