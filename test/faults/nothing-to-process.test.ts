import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapKinds, RECORD_KINDS } from '../../domain/kinds.ts';
import { pinflow } from '../support/processes.ts';
import { queryTables, tableOf } from '../support/read-tables.ts';
import { readReport } from '../support/read-report.ts';
import { reportFault } from '../support/report-fault.ts';
import { useStackWithWorker } from '../support/running-stack.ts';
import { writeGeo } from '../support/hostile-records.ts';

const [first, second] = [
  { pipeline: 'nothing', date: '2026-11-22' },
  { pipeline: 'nothing', date: '2026-11-23' },
];

const stack = useStackWithWorker();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinflow-nothing-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a date from a folder that holds these rows. */
async function runWith(run: typeof first, rows: Record<(typeof RECORD_KINDS)[number], string>): Promise<number> {
  for (const kind of RECORD_KINDS) writeFileSync(join(folder, `${kind}.jsonl`), rows[kind]);
  const begun = Date.now();
  const { code, stderr } = await pinflow('run', run.date, '--pipeline', run.pipeline, '--source', `jsonl:${folder}`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return Date.now() - begun;
}

const NONE = { clean: 0, quarantined: 0, duplicate: 0, lost: 0, phantom: 0, repeated: 0, corrupt: 0 };
const NOTHING = { intended: 0, acknowledged: 0, landed: 0, ...NONE };

test('a run without a row succeeds, and leaves tables that are typed and empty', async () => {
  const took = await runWith(first, { pin: '', geo: '', user: '' });

  const { ledger, queries } = readReport(stack(), first);
  expect(ledger).toEqual(mapKinds(() => NOTHING));
  expect(Object.values(queries).map(({ rows }) => rows)).toEqual(Object.values(queries).map(() => []));
  expect(await stack().store.listKeys(`topics/${first.pipeline}.`)).toEqual([]);
  const tables = await queryTables(
    stack(),
    mapKinds((kind) => `SELECT * FROM ${tableOf(stack(), first.pipeline, kind)}`),
  );
  for (const kind of RECORD_KINDS) expect({ kind, rows: tables[kind].rows }).toEqual({ kind, rows: [] });
  expect(tables.pin.types).toMatchObject({ ind: 'int', follower_count: 'int', title: 'string' });
  expect(tables.geo.types).toMatchObject({ coordinates: 'array<double>', timestamp: 'timestamp' });
  expect(tables.user.types).toMatchObject({ age: 'int', date_joined: 'timestamp' });
  reportFault({ number: 35, fault: 'a run without a row', injected: 1, lost: 0, duplicated: 0, recoveryMs: [took] });
});

test('a run of one row of one kind, with every other partition empty, succeeds after it', async () => {
  const took = await runWith(second, { pin: '', geo: `${writeGeo({ ind: '7' })}\n`, user: '' });

  const { ledger } = readReport(stack(), second);
  const one = { ...NOTHING, intended: 1, acknowledged: 1, landed: 1, clean: 1 };
  expect(ledger).toEqual({ pin: NOTHING, geo: one, user: NOTHING });
  expect(await stack().store.listKeys(`topics/${second.pipeline}.`)).toHaveLength(1);
  reportFault({
    ...{ number: 35, fault: 'a run of one row, with every other partition empty' },
    ...{ injected: 1, lost: 0, duplicated: 0, recoveryMs: [took] },
  });
});
