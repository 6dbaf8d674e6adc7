import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import {
  type BackfillProgress,
  type BackfillResult,
  backfillWorkflowId,
  checkBackfill,
} from '../../domain/backfill.ts';
import { listDates } from '../../domain/date-range.ts';
import { databricksRunName, dailyRunId } from '../../domain/names.ts';
import { backfillProgressQuery } from '../../workflows/messages.ts';
import { awaitResumed, listBegun } from '../support/course-run.ts';
import { InstantDatabricks } from '../support/instant-databricks.ts';
import { pinflow, ROOT, startWorker, type WorkerProcess } from '../support/processes.ts';
import { reportFault } from '../support/report-fault.ts';
import { connectStack, type RunningStack, waitUntil } from '../support/running-stack.ts';

const range = { pipeline: 'backfilled', from: '2026-06-01', to: '2026-06-30' };
const plan = checkBackfill({ ...range, rows: 3, concurrency: 5 });
const DATES = listDates(range);
const IDS = DATES.map((date) => dailyRunId({ pipeline: range.pipeline, date }));
const COMMAND = ['backfill', range.from, range.to, '--pipeline', range.pipeline, '--rows', '3', '--concurrency', '5'];

let stack: RunningStack;
let databricks: InstantDatabricks;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  [stack, databricks] = await Promise.all([connectStack(), InstantDatabricks.start()]);
  // One process does the work, so that killing it stops everything.
  await addWorker();
});

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
  databricks.close();
  await stack.close();
});

async function addWorker(): Promise<WorkerProcess> {
  const worker = await startWorker(databricks.variables);
  workers.push(worker);
  return worker;
}

/** Looks at a backfill again and again, and keeps every look. */
class Observer {
  readonly looks: BackfillProgress[] = [];
  readonly #handle: WorkflowHandle;

  constructor(handle: WorkflowHandle) {
    this.#handle = handle;
  }

  async until(holds: (progress: BackfillProgress) => boolean): Promise<BackfillProgress> {
    await waitUntil('the backfill has come further', async () => {
      const look = await this.#handle.query(backfillProgressQuery).catch(() => undefined);
      if (look !== undefined) this.looks.push(look);
      return look !== undefined && holds(look);
    });
    return this.looks.at(-1) as BackfillProgress;
  }
}

/** The start of a date may be on its way. */
function tolerateUnknown(error: unknown): [] {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
  return [];
}

const behind = ({ done, failed, skipped }: BackfillProgress) => done + failed + skipped;

/** Kills the worker in the middle of dates, starts another and gives how long what was interrupted stood still. */
async function killWorker(running: readonly string[]): Promise<{ interrupted: number; recovery: number }> {
  const victim = workers.at(-1);
  await victim?.stop('SIGKILL');
  const killedAt = Date.now();
  const runs = running.map((date) => stack.client.workflow.getHandle(dailyRunId({ pipeline: range.pipeline, date })));
  const begun = (await Promise.all(runs.map((run) => listBegun(run, victim?.child.pid).catch(tolerateUnknown)))).flat();
  await addWorker();
  return { interrupted: begun.length, recovery: await awaitResumed(begun, killedAt) };
}

/** Gives the command and, once it is under way, Ctrl-C. */
async function interruptCommand(untilUnderWay: () => Promise<unknown>): Promise<void> {
  const child = spawn(process.execPath, ['client/main.ts', ...COMMAND], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const output = text(child.stdout);
  await untilUnderWay();
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(await output).toMatch(/goes on; the same command attaches to it again/);
}

/** How often each date has been started, by its id. */
async function countStarts(): Promise<number[]> {
  return Promise.all(IDS.map(async (id) => (await stack.client.workflow.count(`WorkflowId = "${id}"`)).count));
}

test('thirty dates with a worker killed twice are run once each, and a second backfill starts nothing', async () => {
  const handle = stack.client.workflow.getHandle(backfillWorkflowId(plan));
  const observer = new Observer(handle);
  await interruptCommand(() => observer.until(({ running }) => running.length > 2));
  const refused = await pinflow(...COMMAND, '--redo');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('redo is false, not true')]);
  const command = pinflow(...COMMAND);
  const kills = [];
  for (const ended of [4, 16]) {
    // One that comes when no activity has begun interrupts nothing and proves nothing.
    let kill = { interrupted: 0, recovery: 0 };
    while (kill.interrupted === 0) {
      const { running } = await observer.until((progress) => behind(progress) >= ended && progress.running.length > 2);
      kill = await killWorker(running);
    }
    kills.push(kill);
  }
  await observer.until((progress) => behind(progress) === DATES.length);
  const { code, stdout, stderr } = await command;

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`attached to ${handle.workflowId}`);
  expect(stdout).toMatch(/\n +30 +0 +0 +30 +0 +0 +0 +5\n/);
  expect(kills.map(({ interrupted }) => interrupted > 0)).toEqual([true, true]);
  for (const [index, look] of observer.looks.entries()) {
    expect(look.planned + look.running.length + behind(look)).toBe(DATES.length);
    expect(look.running.length).toBeLessThanOrEqual(5);
    expect(look).toMatchObject({ failed: 0, skipped: 0, attached: 0 });
    const before = observer.looks[index - 1] ?? look;
    expect([look.done >= before.done, look.planned <= before.planned]).toEqual([true, true]);
  }
  expect(new Set(observer.looks.map(({ done }) => done)).size).toBeGreaterThan(5);
  const { gaps } = (await handle.result()) as BackfillResult;
  expect(gaps).toEqual([]);

  const starts = await countStarts();
  const jobs = IDS.map((id) => databricks.countRuns(databricksRunName(id, 'run-job')));
  expect(starts).toEqual(IDS.map(() => 1));
  const second = await pinflow(...COMMAND);
  expect(second.stdout).toMatch(/\n +30 +0 +0 +0 +0 +30 +0 +5\n/);
  expect(await countStarts()).toEqual(starts);

  reportFault({
    ...{ number: 2, fault: 'worker killed twice in the middle of a backfill of 30 dates, five at a time' },
    injected: kills.length,
    lost: starts.filter((count) => count < 1).length,
    duplicated: [...starts, ...jobs].reduce((sum, count) => sum + Math.max(count - 1, 0), 0),
    recoveryMs: kills.map(({ recovery }) => recovery),
  });
}, 180_000);
