import { dateOfScheduledTime, findScheduleProblems, listDueTimes } from '../../domain/daily-schedule.ts';

test.each([
  ['2026-11-22T00:00:00Z', 'UTC', '2026-11-22'],
  ['2026-11-22T23:59:59Z', 'UTC', '2026-11-22'],
  ['2026-11-22T23:30:00Z', 'Europe/Berlin', '2026-11-23'],
  ['2026-11-22T02:00:00Z', 'America/New_York', '2026-11-21'],
])('what is due at %s has, in %s, the logical date %s', (due, timeZone, date) => {
  expect(dateOfScheduledTime(new Date(due), timeZone)).toBe(date);
});

describe('a schedule', () => {
  const schedule = { pipeline: 'pinterest', at: '02:17', timeZone: 'UTC' };

  test('without a bad field has no problem', () => {
    expect(findScheduleProblems(schedule, '2026-11-28')).toEqual([]);
  });

  test('is refused with every bad field named', () => {
    expect(
      findScheduleProblems({ pipeline: 'P', at: '24:00', timeZone: 'Mars', lateAfterMinutes: 0.5 }, '2026-11-28'),
    ).toEqual([
      expect.stringMatching(/^pipeline: /),
      'at: expected a time of day as HH:MM, got "24:00"',
      'time zone: expected a name such as UTC or Europe/Berlin, got "Mars"',
      'late after: expected a whole number of minutes from 1 to 10080, got 0.5',
    ]);
  });

  test.each(['utc', 'europe/berlin', 'Europe/BERLIN', 'PST', '+01:00'])('in the zone %s is refused', (timeZone) => {
    expect(findScheduleProblems({ ...schedule, timeZone }, '2026-11-28')).toEqual([
      `time zone: expected a name such as UTC or Europe/Berlin, got "${timeZone}"`,
    ]);
  });

  test.each(['Etc/UTC', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('may be in %s', (timeZone) => {
    expect(findScheduleProblems({ ...schedule, timeZone }, '2026-11-28')).toEqual([]);
  });

  test('at a time that a clock change skips or repeats is refused with the day', () => {
    const inZone = (timeZone: string, at: string) => findScheduleProblems({ ...schedule, timeZone, at }, '2026-11-28');
    expect(inZone('Europe/Berlin', '02:17')).toEqual([
      'at: Europe/Berlin has 02:17 never on 2027-03-28, choose another time of day',
    ]);
    expect(inZone('America/New_York', '01:17')).toEqual([
      'at: America/New_York has 01:17 twice on 2027-11-07, choose another time of day',
    ]);
    expect(inZone('Asia/Kolkata', '02:17')).toEqual([]);
  });
});

test('the clocks of a zone show a time once, except where they are changed', () => {
  const listIn = (timeZone: string, date: string) =>
    listDueTimes({ at: '02:30', timeZone }, date).map((time) => time.toISOString());
  expect(listIn('Europe/Berlin', '2026-03-28')).toEqual(['2026-03-28T01:30:00.000Z']);
  expect(listIn('Europe/Berlin', '2026-03-29')).toEqual([]);
  expect(listIn('Europe/Berlin', '2026-10-25')).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']);
});
