import fc from 'fast-check';
import { buildReport, type ReportInput } from '../../../activities/report/build-report.ts';
import { QUERY_NAMES } from '../../../activities/report/query-tables.ts';
import { makeQueries, makeReportInput } from './report-input.ts';

test('the report has the run, the ledger, the query tables and the steps, and nothing else', () => {
  const report = buildReport(makeReportInput());

  const counts = {
    ...{ intended: 1500, acknowledged: 1500, landed: 1500, clean: 1480, quarantined: 15, duplicate: 5 },
    ...{ lost: 0, phantom: 0, corrupt: 0, repeated: 3 },
  };
  expect(report).toStrictEqual({
    run: {
      workflowId: 'daily-pinterest-2026-11-22',
      pipeline: 'pinterest',
      date: '2026-11-22',
      seed: 100,
      order: 'sweep',
      source: 'synthetic',
      startedAt: '2026-11-22T06:00:03.214Z',
    },
    ledger: { pin: counts, geo: counts, user: counts },
    queries: makeQueries(),
    steps: [
      { name: 'emulate', seconds: 4.25 },
      { name: 'run-job', seconds: 74.9 },
    ],
  });
  expect(Object.keys(report.queries)).toEqual(['q1', 'q2', 'q2_top', 'q3a', 'q3b', 'q4', 'q5', 'q6', 'q7', 'q8']);
});

test('links are in the report when there is a page to link to', () => {
  const { run } = makeReportInput();
  const links = { temporalUrl: 'http://ui/1', databricksUrl: 'http://host/#job/1' };
  expect(buildReport(makeReportInput({ run: { ...run, ...links } })).run).toMatchObject(links);
});

test('fields that are not part of the report stay out of it', () => {
  const input = makeReportInput();
  const pin = { ...input.ledger.pin, extra: 1 };
  const steps = [{ name: 'plan', seconds: 1, detail: 'x' }];
  const ledger = { ...input.ledger, pin };
  const run = { ...input.run, token: 'secret' };

  const text = JSON.stringify(buildReport({ ...input, run, ledger, steps }));

  expect(text).not.toMatch(/extra|detail|token/);
});

test('equal inputs give equal bytes whatever order their keys came in', () => {
  const expected = JSON.stringify(buildReport(makeReportInput()));
  const reorder = (value: unknown, pick: (size: number) => number): unknown => {
    if (Array.isArray(value)) return value.map((entry) => reorder(entry, pick));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, entry]) => [key, reorder(entry, pick)] as const);
    const turn = pick(entries.length);
    return Object.fromEntries([...entries.slice(turn), ...entries.slice(0, turn)]);
  };
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
      const pick = (size: number) => Number(numbers.next().value) % Math.max(size, 1);
      const input = reorder(makeReportInput(), pick) as ReportInput;
      expect(JSON.stringify(buildReport(input))).toBe(expected);
    }),
    { numRuns: 50 },
  );
  expect(QUERY_NAMES).toHaveLength(10);
});
