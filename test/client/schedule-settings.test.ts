import type { CalendarSpecDescription, ScheduleDescription } from '@temporalio/client';
import { defineSchedule, type ScheduleChoice } from '../../client/schedule-definition.ts';
import { listDifferences, readSettings, settingsOf } from '../../client/schedule-settings.ts';

const choice: ScheduleChoice = {
  daily: { pipeline: 'team-2', at: '03:07', timeZone: 'Europe/Berlin', lateAfterMinutes: 240 },
  run: { pipeline: 'team-2', rows: 5, source: { kind: 'jsonl', directory: '/data' } },
};
const wanted = settingsOf(defineSchedule(choice, { paused: false }));

const once = (value: number) => [{ start: value, end: value, step: 1 }];
const calendar: CalendarSpecDescription = {
  ...{ second: once(0), minute: once(7), hour: once(3), year: [] },
  dayOfMonth: [{ start: 1, end: 31, step: 1 }],
  month: [{ start: 'JANUARY', end: 'DECEMBER', step: 1 }],
  dayOfWeek: [{ start: 'SUNDAY', end: 'SATURDAY', step: 1 }],
};

/** The schedule as the server describes it. */
function describeChanged(changes: {
  spec?: Partial<ScheduleDescription['spec']>;
  input?: object;
  policies?: Partial<ScheduleDescription['policies']>;
}): ScheduleDescription {
  const input = { ...choice.run, timeZone: 'Europe/Berlin', lateAfterMinutes: 240, ...changes.input };
  return {
    spec: { calendars: [calendar], intervals: [], skip: [], timezone: 'Europe/Berlin', ...changes.spec },
    action: { type: 'startWorkflow', workflowType: 'dispatchDaily', taskQueue: 'pinflow', args: [input] },
    policies: { overlap: 'BUFFER_ALL', catchupWindow: 3 * 86_400_000, pauseOnFailure: false, ...changes.policies },
  } as unknown as ScheduleDescription;
}

describe('the settings of a schedule', () => {
  test('are told in words', () => {
    expect(wanted).toEqual({
      'due at': '03:07',
      'time zone': 'Europe/Berlin',
      'late after': '240 minutes',
      source: 'jsonl:/data',
      rows: '5',
      starts: 'dispatchDaily on pinflow',
      overlap: 'BUFFER_ALL',
      'catch-up': '3 days',
    });
  });

  test('are the same when the server gives them back', () => {
    expect(readSettings(describeChanged({}))).toEqual(wanted);
  });

  test.each<[string, Parameters<typeof describeChanged>[0], string]>([
    ['another time', { spec: { calendars: [{ ...calendar, hour: once(4) }] } }, 'due at: is 04:07, wanted 03:07'],
    [
      'days off',
      { spec: { calendars: [{ ...calendar, dayOfWeek: [{ start: 'MONDAY', end: 'FRIDAY', step: 1 }] }] } },
      'due at: is other times than once a day, wanted 03:07',
    ],
    [
      'every hour',
      { spec: { calendars: [], intervals: [{ every: 3_600_000, offset: 0 }] } },
      'due at: is other times than once a day, wanted 03:07',
    ],
    [
      'dates of another zone than the times',
      { input: { timeZone: undefined } },
      'time zone: is Europe/Berlin, dates in UTC, wanted Europe/Berlin',
    ],
    ['no deadline', { input: { lateAfterMinutes: undefined } }, 'late after: is not set, wanted 240 minutes'],
    ['a seed', { input: { seed: 7 } }, 'seed: is 7, wanted not set'],
    ['another policy', { policies: { overlap: 'SKIP' } }, 'overlap: is SKIP, wanted BUFFER_ALL'],
    [
      'a pause after failures',
      { policies: { pauseOnFailure: true } },
      'after a failure: is pauses itself, wanted not set',
    ],
  ])('differ by %s', (_, changes, difference) => {
    expect(listDifferences(readSettings(describeChanged(changes)), wanted)).toEqual([difference]);
  });
});
