import type { CalendarSpecDescription, Range, ScheduleDescription } from '@temporalio/client';
import type { DispatchInput } from '../domain/daily-start.ts';
import { formatSource } from '../domain/run.ts';
import type { defineSchedule } from './schedule-definition.ts';

/** What schedules of a pipeline can differ in, in words for people. */
export type ScheduleSettings = Readonly<Record<string, string>>;

type Definition = ReturnType<typeof defineSchedule>;

const DAY_MS = 86_400_000;

/** The settings of a schedule that is to be created. */
export function settingsOf({ spec, action, policies }: Definition): ScheduleSettings {
  return {
    'due at': spec.calendars.map(({ hour, minute }) => formatTime(hour, minute)).join(', '),
    ...tellInput(action.args[0], spec.timezone),
    starts: `${action.workflowType} on ${action.taskQueue}`,
    overlap: policies.overlap,
    'catch-up': policies.catchupWindow,
  };
}

/** The settings of a schedule that exists, whoever made it. */
export function readSettings({ spec, action, policies }: ScheduleDescription): ScheduleSettings {
  return {
    'due at': readTime(spec) ?? 'other times than once a day',
    ...tellInput((action.args?.[0] ?? {}) as DispatchInput, spec.timezone ?? 'UTC'),
    starts: `${action.workflowType} on ${action.taskQueue}`,
    overlap: policies.overlap ?? 'SKIP',
    'catch-up': `${policies.catchupWindow / DAY_MS} days`,
    ...(policies.pauseOnFailure && { 'after a failure': 'pauses itself' }),
  };
}

/** One line for each setting that is another one. */
export function listDifferences(existing: ScheduleSettings, wanted: ScheduleSettings): string[] {
  return Object.keys({ ...existing, ...wanted })
    .filter((name) => existing[name] !== wanted[name])
    .map((name) => `${name}: is ${existing[name] ?? 'not set'}, wanted ${wanted[name] ?? 'not set'}`);
}

function tellInput({ pipeline: _, timeZone, source, ...input }: DispatchInput, zoneOfTimes: string): ScheduleSettings {
  const { lateAfterMinutes, ...run } = input;
  const dates = timeZone ?? 'UTC';
  return {
    // One zone for both, unless somebody made the schedule by hand.
    'time zone': zoneOfTimes === dates ? dates : `${zoneOfTimes}, dates in ${dates}`,
    ...(lateAfterMinutes !== undefined && { 'late after': `${lateAfterMinutes} minutes` }),
    ...(source !== undefined && { source: formatSource(source) }),
    ...Object.fromEntries(Object.entries(run).map(([name, value]) => [name, String(value)])),
  };
}

function readTime({ calendars = [], intervals = [], skip = [] }: ScheduleDescription['spec']): string | undefined {
  const [calendar, ...more] = calendars;
  if (calendar === undefined || more.length > 0 || intervals.length > 0 || skip.length > 0) return undefined;
  const { hour, minute, second } = calendar;
  const [atHour, atMinute, atSecond] = [hour, minute, second].map(readOnly);
  if (atHour === undefined || atMinute === undefined || atSecond !== 0 || !isEveryDay(calendar)) return undefined;
  return formatTime(atHour, atMinute);
}

/** The value of a field that has only one. */
function readOnly([range, ...more]: readonly Range<number>[]): number | undefined {
  return range !== undefined && more.length === 0 && range.end <= range.start ? range.start : undefined;
}

function isEveryDay({ dayOfMonth, month, dayOfWeek, year }: CalendarSpecDescription): boolean {
  const spans = ([range, ...more]: readonly Range<unknown>[], first: unknown, last: unknown) =>
    range !== undefined && more.length === 0 && range.start === first && range.end === last && range.step <= 1;
  return (
    year.length === 0 &&
    spans(dayOfMonth, 1, 31) &&
    spans(month, 'JANUARY', 'DECEMBER') &&
    spans(dayOfWeek, 'SUNDAY', 'SATURDAY')
  );
}

function formatTime(hour: number, minute: number): string {
  return [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
}
