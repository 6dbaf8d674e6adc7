import { PinflowError } from '../../domain/errors.ts';
import type { QueryTable } from '../ports.ts';
import {
  COLUMN_KINDS,
  type ColumnKind,
  type ColumnName,
  QUERY_COLUMNS,
  QUERY_NAMES,
  type QueryName,
  type QueryTables,
} from './query-tables.ts';

/**
 * The ten result tables from the text that the notebook `queries` exited with.
 * Throws OUTPUT_INVALID that names every table that is wrong, and in it the column.
 */
export function parseQueries(text: string): QueryTables {
  const tables = parseObject(text);
  const problems = [
    ...QUERY_NAMES.map((name) => findProblem(name, tables[name])),
    ...Object.keys(tables).map((name) => (name in QUERY_COLUMNS ? undefined : `table ${quote(name)}: unknown`)),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw invalid(problems.join('; '));
  return Object.fromEntries(QUERY_NAMES.map((name) => [name, pickTable(tables[name])])) as QueryTables;
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(`expected JSON, got ${text === '' ? 'an empty text' : quote(text)}`, { cause });
  }
  if (!isObject(value)) throw invalid(`expected an object of tables, got ${quote(value)}`);
  return value;
}

/** The first thing that is wrong with a table, in words. */
function findProblem(name: QueryName, table: unknown): string | undefined {
  const where = `table "${name}"`;
  if (table === undefined) return `${where}: missing`;
  if (!isObject(table)) return `${where}: expected an object with columns and rows, got ${quote(table)}`;
  const { columns, rows } = table as Partial<Record<keyof QueryTable, unknown>>;
  const expected: readonly ColumnName[] = QUERY_COLUMNS[name];
  if (JSON.stringify(columns) !== JSON.stringify(expected)) {
    return `${where}: expected columns ${expected.join(', ')}, got ${quote(columns)}`;
  }
  if (!Array.isArray(rows)) return `${where}: expected rows as a list, got ${quote(rows)}`;
  for (const [index, row] of rows.entries()) {
    const problem = findCellProblem(row, expected);
    if (problem !== undefined) return `${where}, row ${index + 1}${problem}`;
  }
  return undefined;
}

const EXPECTED: Readonly<Record<ColumnKind, string>> = {
  text: 'a text',
  year: 'a whole number',
  count: 'a whole number of at least 0',
  median: 'a number of at least 0 or null',
};

function findCellProblem(row: unknown, columns: readonly ColumnName[]): string | undefined {
  if (!Array.isArray(row) || row.length !== columns.length) {
    return `: expected ${columns.length} values, got ${quote(row)}`;
  }
  const wrong = columns.findIndex((column, index) => !holds(COLUMN_KINDS[column], row[index]));
  const column = columns[wrong];
  if (column === undefined) return undefined;
  return `, column "${column}": expected ${EXPECTED[COLUMN_KINDS[column]]}, got ${quote(row[wrong])}`;
}

function holds(kind: ColumnKind, value: unknown): boolean {
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'median' && value === null) return true;
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (kind === 'median') return value >= 0;
  return Number.isSafeInteger(value) && (kind === 'year' || value >= 0);
}

/** Only what was checked goes on: whatever else the notebook put beside it stays behind. */
function pickTable(table: unknown): QueryTable {
  const { columns, rows } = table as QueryTable;
  return { columns, rows };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value for an error message: as JSON, and no longer than a line. */
function quote(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length <= 80 ? json : `${json.slice(0, 79)}…`;
}

function invalid(problem: string, options?: ErrorOptions): PinflowError {
  return new PinflowError('OUTPUT_INVALID', `output of the notebook "queries": ${problem}`, options);
}
