import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../activities/index.ts';
import {
  type BackfillInput,
  type BackfillProgress,
  type DailyEnd,
  backfillWorkflowId,
  checkBackfill,
} from '../../domain/backfill.ts';
import type { StartOutcome } from '../../domain/daily-start.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import type { backfill } from '../../workflows/backfill.ts';
import { backfillProgressQuery, pauseUpdate, resizeUpdate, resumeUpdate } from '../../workflows/messages.ts';
import { makeMockActivities } from '../support/mock-activities.ts';
import { failureOf, useWorkflowEnvironment } from '../support/workflow-environment.ts';

const environment = useWorkflowEnvironment();
const range = { from: '2026-11-01', to: '2026-11-05' };

/** Workflow ids of another input than the range's own are given. */
function start(
  input: Partial<BackfillInput> = {},
  workflowId = backfillWorkflowId(checkBackfill({ ...range, ...input })),
) {
  return environment().server.client.workflow.start<typeof backfill>('backfill', {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [{ ...range, ...input }],
  });
}

/** Runs of dates that end when the test says so. */
class DailyRuns {
  readonly started: string[] = [];
  readonly awaited: string[] = [];
  /** Outcome of a start where it is not "started". */
  outcomes: Record<string, StartOutcome> = {};
  listed: string[] = [];
  readonly #ends = new Map<string, DailyEnd>();

  readonly activities: Pick<Activities, 'startDaily' | 'redoDaily' | 'awaitDaily' | 'listDates'> = {
    startDaily: async ({ date }) => this.#start(date, 1),
    redoDaily: async ({ date }) => this.#start(date, 2),
    awaitDaily: async ({ runId: date }) => {
      this.awaited.push(date);
      while (!this.#ends.has(date)) {
        await new Promise((again) => setTimeout(again, 10));
        Context.current().cancellationSignal.throwIfAborted();
      }
      return this.#ends.get(date) as DailyEnd;
    },
    listDates: async () => String(this.listed.length > 1 ? this.listed.shift() : this.listed[0]),
  };

  end(date: string, end: DailyEnd = { state: 'succeeded' }): void {
    this.#ends.set(date, end);
  }

  endAll(dates: readonly string[]): void {
    for (const date of dates) this.end(date);
  }

  async #start(date: string, redo: number) {
    this.started.push(redo === 1 ? date : `${date}-r${redo}`);
    return { workflowId: `daily-pinterest-${date}`, runId: date, outcome: this.outcomes[date] ?? 'started' } as const;
  }
}

type Handle = Awaited<ReturnType<typeof start>>;

async function attributeOf(handle: Handle, name: string): Promise<string | undefined> {
  return (await handle.describe()).typedSearchAttributes.get({ name, type: 'KEYWORD' });
}

/** Looks until the backfill says so. */
async function progressWhere(handle: Handle, holds: (progress: BackfillProgress) => boolean) {
  for (const deadline = Date.now() + 30_000; ; await new Promise((again) => setTimeout(again, 20))) {
    const progress = await handle.query(backfillProgressQuery);
    if (holds(progress)) return progress;
    if (Date.now() > deadline) throw new Error(`not reached: ${JSON.stringify(progress)}`);
  }
}

/** Runs a backfill with these dates at hand. */
function run(runs: DailyRuns, input: Partial<BackfillInput>, use: (handle: Handle) => Promise<void>): Promise<void> {
  return environment().withWorker(makeMockActivities(runs.activities).activities, async () => use(await start(input)));
}

const days = (...numbers: number[]) => numbers.map((day) => `2026-11-0${day}`);

describe('backfill', () => {
  test('runs every date of the range, never more than two at a time, and tells how far it is', async () => {
    const runs = new DailyRuns();
    runs.outcomes = { '2026-11-02': 'finished', '2026-11-03': 'attached' };
    runs.listed = ['sssss'];
    await run(runs, { rows: 3 }, async (handle) => {
      expect(await progressWhere(handle, (so) => so.skipped === 1 && so.attached === 1)).toMatchObject({
        ...{ dates: 5, planned: 2, running: days(1, 3), done: 0, failed: 0, skipped: 1, attached: 1 },
        ...{ paused: false, concurrency: 2 },
      });
      expect(runs.started.toSorted()).toEqual(days(1, 2, 3));
      runs.end('2026-11-03');
      expect(await progressWhere(handle, ({ done }) => done === 1)).toMatchObject({
        ...{ planned: 1, running: days(1, 4), skipped: 1, attached: 1, etaSeconds: expect.any(Number) },
      });
      runs.endAll(days(1, 4, 5));
      const result = await handle.result();
      expect(result).toMatchObject({
        gaps: [],
        progress: { planned: 0, running: [], done: 4, skipped: 1, attached: 1 },
      });
      expect(runs.started.toSorted()).toEqual(days(1, 2, 3, 4, 5));
      expect(await handle.query(backfillProgressQuery)).toEqual(result.progress);
      expect([await attributeOf(handle, 'PinflowPipeline'), await attributeOf(handle, 'PinflowStatus')]).toEqual([
        'pinterest',
        'succeeded',
      ]);
    });
  });

  test('begins with the newest date where that is asked for', async () => {
    const runs = new DailyRuns();
    runs.listed = ['sssss'];
    runs.endAll(days(1, 2, 3, 4, 5));
    await run(runs, { newestFirst: true, concurrency: 1 }, async (handle) => {
      await handle.result();
      expect(runs.started).toEqual(days(5, 4, 3, 2, 1));
    });
  });

  test('goes on after a failed date and names it with its reason', async () => {
    const runs = new DailyRuns();
    runs.listed = ['fssss'];
    runs.endAll(days(2, 3, 4, 5));
    runs.end('2026-11-01', { state: 'failed', reason: 'cancelled' });
    await run(runs, {}, async (handle) => {
      expect(await handle.result()).toMatchObject({
        progress: { done: 4, failed: 1, failures: [{ date: '2026-11-01', reason: 'cancelled' }] },
        gaps: [],
      });
      expect(await attributeOf(handle, 'PinflowStatus')).toBe('failed');
    });
  });

  test('counts a date that cannot be started, or not be waited for, as failed', async () => {
    const runs = new DailyRuns();
    runs.listed = ['..sss'];
    runs.endAll(days(1, 2, 3, 4, 5));
    const { startDaily, awaitDaily } = runs.activities;
    const refuse = (message: string) => Promise.reject(ApplicationFailure.nonRetryable(message, 'REFUSED'));
    runs.activities.startDaily = async (input) =>
      input.date === '2026-11-01' ? refuse('no start') : startDaily(input);
    runs.activities.awaitDaily = async (ref) => (ref.runId === '2026-11-02' ? refuse('no wait') : awaitDaily(ref));
    await run(runs, {}, async (handle) => {
      const { progress } = await handle.result();
      expect(progress.failures).toEqual([
        { date: '2026-11-01', reason: 'not known how it ended: no start' },
        { date: '2026-11-02', reason: 'not known how it ended: no wait' },
      ]);
      expect(progress).toMatchObject({ done: 3, failed: 2 });
    });
  });

  test('begins no date after a failure where that is asked for, and waits for those that run', async () => {
    const runs = new DailyRuns();
    runs.listed = ['fs...'];
    await run(runs, { stopOnFailure: true }, async (handle) => {
      await progressWhere(handle, ({ running }) => running.length === 2);
      runs.end('2026-11-01', { state: 'failed', reason: 'RUN_FAILED: no table' });
      await progressWhere(handle, ({ stopped }) => stopped);
      runs.end('2026-11-02');
      expect((await handle.result()).progress).toMatchObject({ done: 1, failed: 1, planned: 3, stopped: true });
      // Starts that are under way at the same time come in any order.
      expect(runs.started.toSorted()).toEqual(days(1, 2));
    });
  });

  test('is paused, resumed and resized while it runs, and refuses a size that cannot be', async () => {
    const runs = new DailyRuns();
    runs.listed = ['sssss'];
    await run(runs, { concurrency: 1 }, async (handle) => {
      await progressWhere(handle, ({ running }) => running.length === 1);
      expect(await handle.executeUpdate(pauseUpdate)).toMatchObject({ paused: true });
      runs.end('2026-11-01');
      expect(await progressWhere(handle, ({ done }) => done === 1)).toMatchObject({ running: [], planned: 4 });
      expect(await handle.executeUpdate(resizeUpdate, { args: [3] })).toMatchObject({ concurrency: 3, running: [] });
      await handle.executeUpdate(resumeUpdate);
      await progressWhere(handle, ({ running }) => running.length === 3);
      const refused = await failureOf(handle.executeUpdate(resizeUpdate, { args: [0] }));
      expect(refused.message).toContain('concurrency: expected a whole number from 1 to 50, got 0');
      runs.endAll(days(2, 3, 4, 5));
      expect((await handle.result()).progress).toMatchObject({ done: 5, concurrency: 3 });
    });
  });

  test('that is cancelled begins no more, leaves running dates alone and says which go on', async () => {
    const runs = new DailyRuns();
    await run(runs, {}, async (handle) => {
      await progressWhere(handle, ({ running }) => running.length === 2 && runs.awaited.length === 2);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      expect(await handle.query(backfillProgressQuery)).toMatchObject({ running: days(1, 2), failed: 0, planned: 3 });
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      expect(await attributeOf(handle, 'PinflowStatus')).toBe('cancelled');
      const metadata = await handle.query<string>('__temporal_workflow_metadata');
      expect(JSON.stringify(metadata)).toContain('These dates go on: 2026-11-01, 2026-11-02.');
    });
  });

  test('of which only a preview is asked for says what there is and starts nothing', async () => {
    const runs = new DailyRuns();
    runs.listed = ['.rsf.'];
    await run(runs, { dryRun: true }, async (handle) => {
      expect(await handle.result()).toMatchObject({ found: '.rsf.', gaps: [], progress: { planned: 5 } });
      expect(runs.started).toEqual([]);
    });
  });

  test('redoes dates where that is asked for', async () => {
    const runs = new DailyRuns();
    runs.listed = ['sssss'];
    runs.endAll(days(1, 2, 3, 4, 5));
    await run(runs, { redo: true }, async (handle) => {
      await handle.result();
      expect(runs.started.toSorted()).toEqual(days(1, 2, 3, 4, 5).map((date) => `${date}-r2`));
    });
  });

  test('looks again until a list agrees, and names what it then still says otherwise', async () => {
    const runs = new DailyRuns();
    runs.endAll(days(1, 2, 3, 4, 5));
    runs.listed = ['.r.ss', 'srs.s', 'sssss'];
    await run(runs, {}, async (handle) => expect((await handle.result()).gaps).toEqual([]));
    runs.listed = ['sr.ss'];
    await run(runs, {}, async (handle) => {
      expect((await handle.result()).gaps).toEqual([
        { date: '2026-11-02', seen: 'done', listed: 'running' },
        { date: '2026-11-03', seen: 'done', listed: 'none' },
      ]);
      expect(await attributeOf(handle, 'PinflowStatus')).toBe('failed');
    });
  });

  test('goes on in another run before its history is long, with what ran and what was set', async () => {
    const to = '2027-04-30';
    const dates = 181;
    const runs = new DailyRuns();
    runs.listed = ['s'.repeat(dates)];
    const { awaitDaily } = runs.activities;
    let others = 0;
    const ended = Promise.withResolvers<void>();
    // The first date outlives the run of the workflow that began it.
    runs.activities.awaitDaily = async (ref) => {
      if (ref.runId === '2026-11-01') return awaitDaily(ref);
      if (++others === dates - 1) ended.resolve();
      return { state: 'succeeded' };
    };
    await run(runs, { to, concurrency: 20 }, async (handle) => {
      await handle.executeUpdate(resizeUpdate, { args: [10] });
      // Not asked of the workflow: a query that comes between two runs holds up the server of these tests.
      await ended.promise;
      runs.end('2026-11-01');
      const { progress } = await handle.result();
      expect(progress).toMatchObject({ dates, done: dates, failed: 0, concurrency: 10 });
      expect(runs.started).toHaveLength(dates);
      expect(new Set(runs.started).size).toBe(dates);
      expect(runs.awaited.length).toBeGreaterThan(1);
      const last = await handle.describe();
      expect(last.runId).not.toBe(handle.firstExecutionRunId);
      expect(last.historyLength).toBeLessThan(1_000);
      const first = await environment()
        .server.client.workflow.getHandle(handle.workflowId, handle.firstExecutionRunId)
        .describe();
      expect(first).toMatchObject({ status: { name: 'CONTINUED_AS_NEW' } });
      expect(first.historyLength).toBeLessThan(4_096);
    });
  });

  test('is refused at once on bad input, and under another id than that of its range', async () => {
    const runs = new DailyRuns();
    await environment().withWorker(makeMockActivities(runs.activities).activities, async () => {
      const bad = await failureOf((await start({ to: '2026-10-01', rows: 0 }, 'backfill')).result());
      expect(bad).toMatchObject({ type: 'INPUT_INVALID', nonRetryable: true });
      expect(bad.message).toMatch(/^to: expected a day that is not before "2026-11-01", got "2026-10-01"; rows: /);
      const misnamed = await failureOf((await start({}, 'my-backfill')).result());
      expect(misnamed.message).toContain('workflow id: expected "backfill-pinterest-2026-11-01-to-2026-11-05"');
      expect(runs.started).toEqual([]);
    });
  });
});
