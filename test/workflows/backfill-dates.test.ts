import fc from 'fast-check';
import { type BackfillInput, checkBackfill, type DailyEnd, MOST_AT_ONCE, MOST_DATES } from '../../domain/backfill.ts';
import type { StartOutcome } from '../../domain/daily-start.ts';
import { BackfillDates } from '../../workflows/backfill-dates.ts';

const SUCCEEDED = { state: 'succeeded' } as const;
const FAILED = { state: 'failed', reason: 'RUN_FAILED: no such table' } as const;

function planOf(changes: Partial<BackfillInput> = {}) {
  return checkBackfill({ from: '2026-11-01', to: '2026-11-05', ...changes });
}

/** Begins the next date; its start has led to this. */
function beginNext(dates: BackfillDates, outcome: StartOutcome = 'started', now = 0): string {
  const date = String(dates.next);
  dates.begin(date, now);
  dates.noteRun(date, { workflowId: `daily-pinterest-${date}`, runId: `run of ${date}`, outcome });
  return date;
}

describe('the dates of a backfill', () => {
  test('are begun oldest first, as many as there is room for', () => {
    const dates = new BackfillDates(planOf());
    expect([beginNext(dates), beginNext(dates)]).toEqual(['2026-11-01', '2026-11-02']);
    expect(dates.next).toBeUndefined();
    dates.end('2026-11-02', SUCCEEDED, 0);
    expect(dates.next).toBe('2026-11-03');
  });

  test('are begun newest first where that is asked for', () => {
    const dates = new BackfillDates(planOf({ newestFirst: true, concurrency: 5 }));
    expect([beginNext(dates), beginNext(dates)]).toEqual(['2026-11-05', '2026-11-04']);
  });

  test('are counted by what became of them', () => {
    const dates = new BackfillDates(planOf({ concurrency: 4 }));
    beginNext(dates, 'finished');
    const [joined, own, lost] = [beginNext(dates, 'attached'), beginNext(dates), beginNext(dates, 'attached')];
    dates.end(lost, FAILED, 0);
    dates.end(own, SUCCEEDED, 0);
    expect(dates.snapshot(0)).toMatchObject({
      ...{ dates: 5, planned: 1, running: [joined], done: 1, failed: 1, skipped: 1, attached: 2 },
      failures: [{ date: lost, reason: 'RUN_FAILED: no such table' }],
    });
  });

  test('wait while paused and while the window has become narrower, and those that run go on', () => {
    const dates = new BackfillDates(planOf({ concurrency: 3 }));
    const begun = [beginNext(dates), beginNext(dates)];
    dates.pause();
    expect([dates.next, dates.snapshot(0).paused, dates.snapshot(0).running]).toEqual([undefined, true, begun]);
    dates.resize(1);
    dates.resume();
    dates.end('2026-11-01', SUCCEEDED, 0);
    expect(dates.next).toBeUndefined();
    dates.end('2026-11-02', SUCCEEDED, 0);
    expect(dates.next).toBe('2026-11-03');
  });

  test('begin no more after a failure where that is asked for, and are over once none runs', () => {
    const dates = new BackfillDates(planOf({ stopOnFailure: true }));
    const [first, second] = [beginNext(dates), beginNext(dates)];
    dates.end(first, FAILED, 0);
    expect([dates.next, dates.isOver]).toEqual([undefined, false]);
    dates.end(second, SUCCEEDED, 0);
    expect([dates.isOver, dates.snapshot(0)]).toMatchObject([true, { stopped: true, planned: 3 }]);
  });

  test('guess the time that is left from those that have ended', () => {
    const dates = new BackfillDates(planOf());
    expect(dates.snapshot(0)).not.toHaveProperty('etaSeconds');
    beginNext(dates, 'started', 0);
    beginNext(dates, 'started', 0);
    dates.end('2026-11-01', SUCCEEDED, 20_000);
    // Three that have 20 s before them and one that has none left, two at a time.
    expect(dates.snapshot(20_000).etaSeconds).toBe(30);
  });

  test('differ from a list only where they have ended otherwise', () => {
    const dates = new BackfillDates(planOf());
    beginNext(dates, 'finished');
    dates.end(beginNext(dates), SUCCEEDED, 0);
    dates.end(beginNext(dates), FAILED, 0);
    beginNext(dates);
    expect(dates.findGaps('ssfr.')).toEqual([]);
    expect(dates.findGaps('.rsfs')).toEqual([
      { date: '2026-11-01', seen: 'skipped', listed: 'none' },
      { date: '2026-11-02', seen: 'done', listed: 'running' },
      { date: '2026-11-03', seen: 'failed', listed: 'succeeded' },
    ]);
  });

  test('are carried in far less than 64 KiB, however many there are and whatever they fail with', () => {
    const dates = new BackfillDates(planOf({ from: '2020-01-01', to: '2030-01-07', concurrency: MOST_AT_ONCE }));
    expect(dates.snapshot(0).dates).toBe(MOST_DATES);
    for (let failed = 0; failed < 100; failed++) {
      dates.end(beginNext(dates), { state: 'failed', reason: 'é'.repeat(5_000) }, 0);
    }
    while (dates.next !== undefined) beginNext(dates);
    expect(Buffer.byteLength(JSON.stringify(dates.carry()))).toBeLessThan(50_000);
    expect(Buffer.byteLength(JSON.stringify(dates.snapshot(0)))).toBeLessThan(50_000);
    expect(dates.snapshot(0)).toMatchObject({ failed: 100, running: { length: MOST_AT_ONCE } });
  });
});

test('whatever ends, restarts and resizes come, every date is begun once and the counts add up', () => {
  const end = fc.constantFrom<DailyEnd>(SUCCEEDED, FAILED);
  const event = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(), end }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('begin' as const),
        outcome: fc.constantFrom<StartOutcome>('started', 'attached', 'finished'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('resize' as const), to: fc.integer({ min: 1, max: 50 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const) }) },
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 300 }), fc.boolean(), (events, newestFirst) => {
      const plan = planOf({ to: '2026-11-30', newestFirst });
      let dates = new BackfillDates(plan);
      const begun: string[] = [];
      const began = (outcome: StartOutcome) => {
        if (dates.next !== undefined) begun.push(beginNext(dates, outcome));
      };
      const check = () => {
        const { planned, running, done, failed, skipped, attached } = dates.snapshot(0);
        expect(planned + running.length + done + failed + skipped).toBe(30);
        expect(begun).toHaveLength(30 - planned);
        expect(attached).toBeLessThanOrEqual(running.length + done + failed);
      };
      for (const one of events) {
        const { running } = dates.snapshot(0);
        if (one.kind === 'begin') began(one.outcome);
        else if (one.kind === 'end') dates.end(running[one.which % running.length] ?? 'none', one.end, 0);
        else if (one.kind === 'resize') dates.resize(one.to);
        else if (one.kind === 'restart') dates = new BackfillDates(plan, JSON.parse(JSON.stringify(dates.carry())));
        else dates[one.kind]();
        check();
      }
      dates.resume();
      while (!dates.isOver) {
        for (const date of dates.snapshot(0).running) dates.end(date, SUCCEEDED, 0);
        began('started');
        check();
      }
      expect(begun.toSorted()).toEqual([...new Set(begun)].toSorted());
      expect(begun).toHaveLength(30);
    }),
  );
});
