import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSyntheticSource } from '../../activities/synthetic/adapter.ts';
import { startRun } from '../../client/start-run.ts';
import { checkRun } from '../../domain/daily-start.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { databricksRunName } from '../../domain/names.ts';
import type { RunPipelineResult } from '../../domain/run.ts';
import { startWorker, type WorkerProcess } from '../support/processes.ts';
import { IS_FULL, reportFault } from '../support/report-fault.ts';
import { connectStack, listDatabricksRuns, type RunningStack } from '../support/running-stack.ts';

/**
 * Dates of one pipeline share its topics and its tables. In the long form each date also has a cluster of its own, so that
 * their jobs run at the same time, too. notebooks/tests/test_cleaning_run.py holds two of them at the moment in which one
 * must meet a conflict in Delta.
 */

const ROWS = 30;
const AT_ONCE = IS_FULL ? ['2026-05-22', '2026-05-23', '2026-05-24'] : ['2026-05-22', '2026-05-23'];
const OLDER = '2026-05-21';

/** Of the same rows for every date; the synthetic source chooses others for each. */
let directory: string;
let stack: RunningStack;
let worker: WorkerProcess;

beforeAll(async () => {
  directory = await writeSource();
  const clusterOfItsOwn = { PINFLOW_DATABRICKS_CLUSTER: '' };
  [stack, worker] = await Promise.all([connectStack(), startWorker(IS_FULL ? clusterOfItsOwn : {})]);
});

afterAll(async () => {
  await worker.stop();
  await stack.close();
  rmSync(directory, { recursive: true });
});

/** The first synthetic posts as files. */
async function writeSource(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pinflow-dates-'));
  const source = await openSyntheticSource();
  for (const kind of RECORD_KINDS) {
    const rows = await source.readRows(
      kind,
      Array.from({ length: ROWS }, (_, position) => position),
    );
    writeFileSync(join(folder, `${kind}.jsonl`), rows.map(({ json }) => `${json}\n`).join(''));
  }
  await source.close();
  return folder;
}

interface Span {
  readonly begun: number;
  readonly ended: number;
}

interface EndedRun extends Span {
  readonly result: RunPipelineResult;
}

async function runDate(date: string): Promise<EndedRun> {
  const input = { date, pipeline: 'dates-at-once', source: { kind: 'jsonl', directory } as const };
  const { handle } = await startRun(stack.client, input, checkRun(input));
  const result = await handle.result();
  const { startTime, closeTime } = await handle.describe();
  return { begun: startTime.getTime(), ended: Number(closeTime?.getTime()), result };
}

/** Begin and end of a date's Databricks run. */
async function timesOfJob({ result }: EndedRun): Promise<Span> {
  const [job] = await listDatabricksRuns(stack, databricksRunName(result.workflowId, 'run-job'));
  return { begun: Number(job?.start_time), ended: Number(job?.end_time) };
}

/** How many began before the first of all had ended. */
function countTogether(spans: readonly Span[]): number {
  const firstEnd = Math.min(...spans.map(({ ended }) => ended));
  return spans.filter(({ begun }) => begun < firstEnd).length;
}

test('dates of one pipeline at the same time, and an older one after them, write every row once', async () => {
  const runs = await Promise.all(AT_ONCE.map(runDate));
  // Each of them sends the same rows and finds those of the others, too; only one of them can have written a row.
  for (const kind of RECORD_KINDS) {
    const counted = runs.map(({ result }) => [result.ledger[kind], result.carriedOver[kind]] as const).flat();
    expect(counted.reduce((sum, { clean }) => sum + clean, 0)).toBe(ROWS);
    expect(runs.map(({ result }) => result.ledger[kind].landed)).toEqual(AT_ONCE.map(() => ROWS));
  }
  const together = countTogether(IS_FULL ? await Promise.all(runs.map(timesOfJob)) : runs);
  expect(together).toBe(AT_ONCE.length);

  // Whoever skips what it takes for written already, by its date, would lose what comes late.
  const { result } = await runDate(OLDER);
  // A row that the tables lack would be clean, and one that they have twice would be counted twice.
  const found = RECORD_KINDS.map((kind) => result.ledger[kind]);
  reportFault({
    number: 25,
    fault: `${IS_FULL ? 'dates on clusters of their own' : 'dates'} at once, then an older one`,
    injected: together,
    lost: found.reduce((sum, { clean, quarantined }) => sum + clean + quarantined, 0),
    duplicated: found.reduce((sum, { duplicate }) => sum + duplicate - ROWS, 0),
    recoveryMs: [Math.max(...runs.map(({ ended }) => ended)) - Math.min(...runs.map(({ ended }) => ended))],
  });
});
