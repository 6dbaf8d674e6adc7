import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Action {
  readonly add?: { readonly path: string; readonly stats: string };
  readonly remove?: { readonly path: string };
  readonly metaData?: { readonly schemaString: string };
}

/** What has been committed to the Delta table at a file URI by now, read without Spark. Nothing where there is no table yet. */
function readActions(table: string): Action[] {
  const log = join(fileURLToPath(table), '_delta_log');
  const commits = existsSync(log) ? readdirSync(log).filter((name) => /^\d{20}\.json$/.test(name)) : [];
  return commits
    .toSorted()
    .flatMap((name) => readFileSync(join(log, name), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Action);
}

/** How many rows a reader of the table would find. */
export function countRows(table: string): number {
  const rows = new Map<string, number>();
  for (const { add, remove } of readActions(table)) {
    if (add !== undefined) rows.set(add.path, Number((JSON.parse(add.stats) as { numRecords: number }).numRecords));
    if (remove !== undefined) rows.delete(remove.path);
  }
  return [...rows.values()].reduce((sum, count) => sum + count, 0);
}

/** Columns and their types, in order; an array's type is an object. */
export function listColumns(table: string): (readonly [name: string, type: unknown])[] {
  const schema = readActions(table).findLast(({ metaData }) => metaData !== undefined)?.metaData?.schemaString ?? '';
  const { fields } = JSON.parse(schema) as { fields: { name: string; type: unknown }[] };
  return fields.map(({ name, type }) => [name, type]);
}
