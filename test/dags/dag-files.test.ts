import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { listDagFiles } from '../../dags/dag-files.ts';
import { diffLines } from '../../dags/diff-lines.ts';
import { makeDag } from './make-dag.ts';

const GENERATED = join(__dirname, '../../dags/generated');
const TODAY = '2026-11-28';

/** Rules for what Airflow 3 has removed or moved, for naive times, and for code that cannot work. */
const ruff = new Workspace(
  { preview: true, lint: { select: ['AIR', 'DTZ', 'F', 'E9'] }, 'target-version': 'py311' },
  0,
);

test('the committed files are what the schedules make', () => {
  const written = readdirSync(GENERATED, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('.'));
  const files = listDagFiles(TODAY);
  expect(written.toSorted()).toEqual(files.map(({ path }) => path).toSorted());
  for (const { path, text } of files) expect(text).toBe(readFileSync(join(GENERATED, path), 'utf8'));
});

test('a file is called like its DAG, and says what it was made from', () => {
  const files = listDagFiles(TODAY, [makeDag({ schedule: { pipeline: 'team-2', at: '05:45', timeZone: 'UTC' } })]);
  expect(files.map(({ path }) => path)).toEqual([
    'temporal/team-2_daily.py',
    'databricks/team-2_daily.py',
    'databricks/requirements.txt',
  ]);
  expect(files[0]?.text).toContain('dag_id="team-2_daily"');
  expect(files[0]?.text).toContain('CronTriggerTimetable("45 5 * * *", timezone=TIME_ZONE)');
  expect(files[0]?.text.split('\n')[1]).toMatch(/^# [0-9a-f]{64}\.$/);
});

test.each([
  ['as committed', {}],
  [
    'with everything set',
    { run: { rows: 3, seed: 7, order: 'course', source: { kind: 'jsonl', directory: '/rows' } } },
  ],
  ['without a deadline', { schedule: { pipeline: 'pinterest', at: '02:17', timeZone: 'Europe/Berlin' } }],
  ['on a cluster', { databricks: { ...makeDag().databricks, cluster: '1122-334455-abc' } }],
] as const)('a file %s is formatted and without a finding', (_, changes) => {
  const schedule = 'schedule' in changes ? { ...changes.schedule, at: '03:17' } : makeDag().schedule;
  for (const { path, text } of listDagFiles(TODAY, [makeDag({ ...changes, schedule })])) {
    if (!path.endsWith('.py')) continue;
    expect(ruff.check(text)).toEqual([]);
    expect(ruff.format(text)).toBe(text);
  }
});

test.each([
  [0, 1],
  [3, 7],
])(
  'with %i retries the run of a DAG may take %i hours longer than its waiting, so that its teardown is not skipped',
  (count, hours) => {
    const [temporal] = listDagFiles(TODAY, [makeDag({ retries: { count, delaySeconds: 300 } })]);
    expect(temporal?.text).toContain(`dagrun_timeout=LIMIT + timedelta(hours=${hours}),`);
  },
);

test('a schedule with bad fields is refused with all of them', () => {
  const bad = makeDag({
    schedule: { pipeline: 'pinterest', at: '2:17', timeZone: 'UTC' },
    startDate: '2026-02-30',
    run: { rows: 0 },
    limitHours: 0,
  });
  expect(() => listDagFiles(TODAY, [bad])).toThrow(
    expect.objectContaining({
      code: 'INPUT_INVALID',
      message: [
        'at: expected a time of day as HH:MM, got "2:17"',
        'start date: expected a day as YYYY-MM-DD, got "2026-02-30"',
        'rows: expected a whole number of at least 1, got 0',
        'limit in hours: expected a whole number of at least 1, got 0',
      ]
        .map((problem) => `schedule of "pinterest": ${problem}`)
        .join('; '),
    }),
  );
});

test('two schedules of one pipeline are refused, because their DAGs would have one name', () => {
  expect(() => listDagFiles(TODAY, [makeDag(), makeDag()])).toThrow('pipeline "pinterest" has more than one schedule');
});

test('a change is shown as a unified diff', () => {
  expect(diffLines('a.py', 'x = 1\ny = 2\n', 'x = 1\ny = 3\n')).toBe(
    '--- a.py\tas it is\n+++ a.py\tas it would be\n@@ -1,2 +1,2 @@\n x = 1\n-y = 2\n+y = 3\n',
  );
});
