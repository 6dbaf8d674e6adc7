import type { QueryTable } from '../ports.ts';

/** What a column holds, which decides how it is checked, aligned and written. Only a median may be null. */
export type ColumnKind = 'text' | 'year' | 'count' | 'median';

export const COLUMN_KINDS = {
  country: 'text',
  category: 'text',
  poster_name: 'text',
  age_group: 'text',
  post_year: 'year',
  category_count: 'count',
  follower_count: 'count',
  number_users_joined: 'count',
  median_follower_count: 'median',
} as const satisfies Record<string, ColumnKind>;

export type ColumnName = keyof typeof COLUMN_KINDS;

/** The columns of each result table, in order: the contract with the notebook `queries` and with readers of report.json. */
export const QUERY_COLUMNS = {
  q1: ['country', 'category', 'category_count'],
  q2: ['post_year', 'category', 'category_count'],
  q2_top: ['post_year', 'category', 'category_count'],
  q3a: ['country', 'poster_name', 'follower_count'],
  q3b: ['country', 'follower_count'],
  q4: ['age_group', 'category', 'category_count'],
  q5: ['age_group', 'median_follower_count'],
  q6: ['post_year', 'number_users_joined'],
  q7: ['post_year', 'median_follower_count'],
  q8: ['age_group', 'post_year', 'median_follower_count'],
} as const satisfies Record<string, readonly ColumnName[]>;

export type QueryName = keyof typeof QUERY_COLUMNS;

export const QUERY_NAMES = Object.keys(QUERY_COLUMNS) as readonly QueryName[];

export type QueryTables = Readonly<Record<QueryName, QueryTable>>;
