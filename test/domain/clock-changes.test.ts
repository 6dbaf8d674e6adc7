import fc from 'fast-check';
import { dateOfScheduledTime, findScheduleProblems, listDueTimes } from '../../domain/daily-schedule.ts';

const DAY_MS = 86_400_000;

/** The days of 2026 on which the clocks go forward and back, and when. Lord Howe's change is of half an hour. */
const ZONES = [
  ['Europe/Berlin', { forward: ['2026-03-29', '02:30'], back: ['2026-10-25', '02:30'] }],
  ['America/New_York', { forward: ['2026-03-08', '02:30'], back: ['2026-11-01', '01:30'] }],
  ['Australia/Lord_Howe', { forward: ['2026-10-04', '02:15'], back: ['2026-04-05', '01:45'] }],
] as const;

/** The day, those before it and those after it. */
function listDaysAround(date: string): string[] {
  return [-2, -1, 0, 1, 2].map((days) => new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10));
}

const anyTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const anyDate = fc.integer({ min: 0, max: 40 * 365 }).map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10));
const anyZone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));

describe('in any zone of the world', () => {
  test('what a date is due at has that logical date, also where it is due never or twice', () => {
    fc.assert(
      fc.property(anyZone, anyTime, anyDate, (timeZone, at, date) =>
        listDueTimes({ at, timeZone }, date).every((due) => dateOfScheduledTime(due, timeZone) === date),
      ),
      { numRuns: 1_000 },
    );
  });

  test('a time that is accepted is due once on every date of the years that follow', () => {
    const days = fc.integer({ min: 0, max: 2 * 365 });
    fc.assert(
      fc.property(anyZone, anyTime, days, (timeZone, at, day) => {
        const today = '2026-11-28';
        fc.pre(findScheduleProblems({ pipeline: 'pinterest', at, timeZone }, today).length === 0);
        const date = new Date(Date.parse(today) + day * DAY_MS).toISOString().slice(0, 10);
        return listDueTimes({ at, timeZone }, date).length === 1;
      }),
      { numRuns: 100 },
    );
  });
});

describe.each(ZONES)('around the clock changes of %s', (timeZone, { forward, back }) => {
  test.each(['00:05', '03:30', '12:00', '23:55'])('dates that are due at %s are due once each', (at) => {
    const dates = [...listDaysAround(forward[0]), ...listDaysAround(back[0])];
    const dues = dates.flatMap((date) => listDueTimes({ at, timeZone }, date));
    expect(dues.map((due) => dateOfScheduledTime(due, timeZone))).toEqual(dates);
  });

  test('a time that is skipped is due never, one that is repeated is due twice, and either is refused', () => {
    expect(listDueTimes({ at: forward[1], timeZone }, forward[0])).toEqual([]);
    const twice = listDueTimes({ at: back[1], timeZone }, back[0]);
    expect(twice.map((due) => dateOfScheduledTime(due, timeZone))).toEqual([back[0], back[0]]);

    for (const at of [forward[1], back[1]]) {
      expect(findScheduleProblems({ pipeline: 'pinterest', at, timeZone }, '2026-01-01')).toEqual([
        expect.stringMatching(new RegExp(`^at: ${timeZone} has ${at} (never|twice) on 2026-`)),
      ]);
    }
  });
});
