import type { ReportInput } from '../../../activities/report/build-report.ts';
import {
  QUERY_COLUMNS,
  QUERY_NAMES,
  type QueryName,
  type QueryTables,
} from '../../../activities/report/query-tables.ts';
import type { QueryTable } from '../../../activities/ports.ts';
import { mapKinds } from '../../../domain/kinds.ts';

/** A few invented rows for each table; medians are null where nobody has a follower count. */
const ROWS: Readonly<Record<QueryName, QueryTable['rows']>> = {
  q1: [
    ['Albania', 'art', 41],
    ['Angola', 'quotes', 12],
    ['Angola', 'travel', 12],
  ],
  q2: [
    [2018, 'art', 30],
    [2018, 'quotes', 1200],
    [2019, 'art', 7],
  ],
  q2_top: [
    [2018, 'quotes', 1200],
    [2019, 'art', 7],
  ],
  q3a: [
    ['Albania', 'Nora Knits', 8_000_000],
    ['Angola', 'Kitchen & Co', 8_000_000],
    ['Aruba', 'Paper Boat', 450],
  ],
  q3b: [
    ['Albania', 8_000_000],
    ['Angola', 8_000_000],
  ],
  q4: [
    ['18-24', 'tattoos', 55],
    ['+50', 'vehicles', 9],
  ],
  q5: [
    ['18-24', 136_000],
    ['+50', 23_500.5],
  ],
  q6: [
    [2015, 841],
    [2016, 2760],
  ],
  q7: [
    [2015, 98_000],
    [2016, null],
  ],
  q8: [
    ['18-24', 2015, 250_000],
    ['+50', 2016, 0],
  ],
};

export function makeQueries(changes: Partial<Record<QueryName, QueryTable['rows']>> = {}): QueryTables {
  const rows = { ...ROWS, ...changes };
  const tables = QUERY_NAMES.map((name): [QueryName, QueryTable] => [
    name,
    { columns: QUERY_COLUMNS[name], rows: rows[name] },
  ]);
  return Object.fromEntries(tables) as Record<QueryName, QueryTable>;
}

export function makeEmptyQueries(): QueryTables {
  return makeQueries(Object.fromEntries(QUERY_NAMES.map((name) => [name, []])));
}

/** A balanced run of 1,500 posts; tests change what they are about. */
export function makeReportInput(changes: Partial<ReportInput> = {}): ReportInput {
  return {
    run: {
      workflowId: 'daily-pinterest-2026-11-22',
      pipeline: 'pinterest',
      date: '2026-11-22',
      seed: 100,
      order: 'sweep',
      source: 'synthetic',
      startedAt: '2026-11-22T06:00:03.214Z',
    },
    ledger: mapKinds(() => ({
      ...{ intended: 1500, acknowledged: 1500, landed: 1500 },
      ...{ clean: 1480, quarantined: 15, duplicate: 5 },
      ...{ lost: 0, phantom: 0, corrupt: 0, repeated: 3 },
    })),
    carriedOver: mapKinds(() => ({ clean: 0, quarantined: 0, duplicate: 0 })),
    strays: mapKinds(() => 0),
    queries: makeQueries(),
    steps: [
      { name: 'emulate', seconds: 4.25 },
      { name: 'run-job', seconds: 74.9 },
    ],
    ...changes,
  };
}
