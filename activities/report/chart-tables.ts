import type { QueryTable } from '../ports.ts';
import type { Chart } from './chart.ts';
import { formatCount, formatMedian } from './format-values.ts';

/** Charts of result tables. A table without a value to draw has no chart. */

/** More rows or columns than this are no longer seen but searched, which the table is for. */
const MATRIX_ROWS = 20;
const MATRIX_COLUMNS = 6;

/** Bars of the greatest values of a table with two keys and a count. */
export function chartTop({ rows }: QueryTable, top: number): Chart | undefined {
  if (rows.length === 0) return undefined;
  // The sort is stable: of equal values, the first in the table's own order is drawn first.
  const greatest = rows.toSorted((a, b) => toNumber(b[2]) - toNumber(a[2])).slice(0, top);
  return {
    shape: 'bars',
    labels: greatest.map(([first, second]) => `${first} · ${second}`),
    values: greatest.map((row) => toNumber(row[2])),
    formatValue: formatCount,
  };
}

/** Upright bars of a table with a year and a count. */
export function chartJoined({ rows }: QueryTable): Chart | undefined {
  if (rows.length === 0) return undefined;
  const [labels, values] = [rows.map(([year]) => String(year)), rows.map((row) => toNumber(row[1]))];
  return { shape: 'bars', upright: true, labels, values, formatValue: formatCount };
}

/** Dots of a table with a key and a median. */
export function chartDots({ rows }: QueryTable, { upright }: { readonly upright: boolean }): Chart | undefined {
  const values = rows.map(([, median]) => (typeof median === 'number' ? median : null));
  if (values.every((value) => value === null)) return undefined;
  return { shape: 'dots', upright, labels: rows.map(([key]) => String(key)), values, formatValue: formatMedian };
}

export interface MatrixColumns {
  /** Positions of the two keys in the table; the value is its third column. */
  readonly rows: 0 | 1;
  readonly columns: 0 | 1;
  readonly logarithmic?: boolean;
}

/** Matrix of a table with two keys and a value, its rows and columns in the order in which the table names them. */
export function chartMatrix(
  table: QueryTable,
  { rows, columns, logarithmic = false }: MatrixColumns,
): Chart | undefined {
  const filled = table.rows.filter((row) => typeof row[2] === 'number');
  if (filled.length === 0) return undefined;
  const rowLabels = listDistinct(filled.map((row) => String(row[rows]))).slice(0, MATRIX_ROWS);
  const columnLabels = listDistinct(filled.map((row) => String(row[columns]))).slice(0, MATRIX_COLUMNS);
  const cells = filled
    .map((row) => ({
      row: rowLabels.indexOf(String(row[rows])),
      column: columnLabels.indexOf(String(row[columns])),
      value: toNumber(row[2]),
    }))
    .filter(({ row, column }) => row >= 0 && column >= 0);
  const formatValue = logarithmic ? formatMedian : formatCount;
  return { shape: 'matrix', rows: rowLabels, columns: columnLabels, cells, logarithmic, formatValue };
}

function listDistinct(labels: readonly string[]): string[] {
  return [...new Set(labels)];
}

function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
