import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { renderDag } from '../../dags/render.ts';
import type { DailyDag } from '../../dags/spec.ts';
import { listDueTimes } from '../../domain/daily-schedule.ts';
import { makeDag } from '../dags/make-dag.ts';
import { readToolchain } from '../support/read-toolchain.ts';

/** Generated files in the real Airflows that they are for, and read back by Python. */

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-dags-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Checked {
  readonly version: string;
  readonly files: Readonly<
    Record<
      string,
      {
        readonly dags: Readonly<Record<string, readonly string[]>>;
        readonly errors: readonly string[];
        readonly warnings: readonly string[];
        readonly seconds: number;
      }
    >
  >;
  readonly dates: readonly (readonly [date: string, due: string])[][];
}

/** Runs a script in the environment of an Airflow; its answer is the last line that it prints. */
function ask<T>(version: string, script: string, request: unknown): T {
  const { stdout, stderr, status } = spawnSync(
    String(readToolchain().airflow[version as '3.3']),
    [join(__dirname, 'strangers', script)],
    {
      input: JSON.stringify(request),
      env: { PATH: process.env['PATH'], AIRFLOW_HOME: join(folder, version), AIRFLOW__CORE__LOAD_EXAMPLES: 'False' },
      maxBuffer: 1e8,
    },
  );
  if (status !== 0) throw new Error(String(stderr));
  return JSON.parse(String(stdout).trimEnd().split('\n').at(-1) ?? '') as T;
}

/** Days around both clock changes of a year in three zones; the times are such that every day has them once. */
const CLOCK_CHANGES = [
  { timeZone: 'Europe/Berlin', at: '00:17', days: ['2026-03-27', '2026-10-23'] },
  { timeZone: 'America/New_York', at: '23:47', days: ['2026-03-06', '2026-10-30'] },
  { timeZone: 'Australia/Lord_Howe', at: '23:47', days: ['2026-04-03', '2026-10-02'] },
] as const;
const DAYS = 5;

function listDays(first: string): string[] {
  return Array.from({ length: DAYS }, (_, day) =>
    new Date(Date.parse(first) + day * 86_400_000).toISOString().slice(0, 10),
  );
}

function write(name: string, dag: DailyDag, flavour: 'temporal' | 'databricks'): string {
  const path = join(folder, name);
  writeFileSync(path, renderDag(dag, flavour));
  return path;
}

test.each(['3.3', '2.11', '2.10'])(
  'Airflow %s imports both flavours and has each date due once, from the start date on',
  (version) => {
    const files = [write('temporal.py', makeDag(), 'temporal'), write('databricks.py', makeDag(), 'databricks')];
    const zones = CLOCK_CHANGES.flatMap(({ timeZone, at, days }) =>
      days.map((first) => ({ first, schedule: { pipeline: 'zones', at, timeZone } })),
    );
    const dates = zones.map(({ schedule, first }, index) => {
      const path = write(`zone-${index}.py`, makeDag({ schedule, startDate: first }), 'temporal');
      return [path, DAYS];
    });

    const checked = ask<Checked>(version, 'check_dags.py', { files, dates });

    expect(checked.version).toMatch(new RegExp(`^${version}\\.`));
    const [temporal, databricks] = files.map((path) => checked.files[path]);
    const clean = { errors: [], warnings: [] };
    expect(temporal).toMatchObject({
      ...clean,
      dags: { pinterest_daily: ['cancel_abandoned', 'start', 'tell_result', 'wait'] },
    });
    expect(databricks).toMatchObject({ ...clean, dags: { pinterest_daily: ['clean_and_query'] } });
    console.info(
      `Airflow ${version}: ${temporal?.seconds.toFixed(2)} s and ${databricks?.seconds.toFixed(2)} s of CPU beyond Airflow`,
    );
    expect(checked.dates).toEqual(
      zones.map(({ schedule, first }) =>
        listDays(first).map((date) => [date, listDueTimes(schedule, date)[0]?.toISOString()]),
      ),
    );
  },
);

/** Whatever JavaScript takes for a text, half a surrogate pair too. */
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[{}%#'"\\\r\n\t -~]{0,20}$/),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('{{ a }}', '{% raw %}', '{#', '\'"\\', '\r\n', 'a\n', `${String.fromCharCode(0xd800)}x`, '\u2028'),
);
const samples = fc.record({
  ...{ owner: texts, description: texts, tags: fc.array(texts, { maxLength: 3 }), connection: texts },
  ...{ notebooks: texts, cluster: texts, landingRoot: texts, tablesRoot: texts, directory: texts },
});

test('any text in a schedule is the same text in Python and, where Airflow reads templates, in what it renders', () => {
  const given = fc.sample(samples, 300);
  const dags = given.map(({ directory, owner, description, tags, connection, ...databricks }) =>
    makeDag({
      ...{ owner, description, tags },
      run: { source: { kind: 'jsonl', directory } },
      temporal: { ...makeDag().temporal, connection },
      databricks: { ...databricks, connection },
    }),
  );
  const rendered = dags.flatMap((dag) => [renderDag(dag, 'temporal'), renderDag(dag, 'databricks')]);
  const found = ask<Record<string, unknown>[]>('3.3', 'read_dags.py', rendered);
  given.forEach((sample, index) => {
    const { owner, description, tags, connection, directory, notebooks, cluster, landingRoot, tablesRoot } = sample;
    const shown = { owner, description, tags };
    expect(found[2 * index]).toMatchObject({
      ...shown,
      constants: { TEMPORAL_CONNECTION: connection, RUN: { source: { kind: 'jsonl', directory } } },
    });
    const compute = { existing_cluster_id: cluster };
    expect(found[2 * index + 1]).toMatchObject({
      ...{ ...shown, connection, constants: { DATABRICKS_CONNECTION: connection } },
      submitted: [
        {
          ...compute,
          notebook_task: { notebook_path: `${notebooks}/clean`, base_parameters: { landing_root: landingRoot } },
        },
        { ...compute, notebook_task: { base_parameters: { tables_root: `${tablesRoot}/pinterest` } } },
      ],
    });
  });
});
