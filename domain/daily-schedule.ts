import { findPipelineProblems } from './names.ts';

/** When the dates of a pipeline are due: once a day, at one time of day of one zone. */
export interface DailySchedule {
  readonly pipeline: string;
  /** Time of day as HH:MM. */
  readonly at: string;
  /** Name of the IANA time zone database, such as UTC or Europe/Berlin. */
  readonly timeZone: string;
  /** How long after it was due a run may end without being late. */
  readonly lateAfterMinutes?: number | undefined;
}

type ZoneOfSchedule = Pick<DailySchedule, 'timeZone' | 'lateAfterMinutes'>;

/** Not on the hour, when everybody's schedules are due. */
export const DEFAULT_DUE_TIME = '02:17';
export const DEFAULT_TIME_ZONE = 'UTC';

/** What is a week late is late for another reason than that it runs for long. */
const MOST_LATE_MINUTES = 7 * 24 * 60;

const DAY_MS = 86_400_000;
/** Clock changes come back every year, but not on the same day of it. */
const YEARS_LOOKED_AT = 3;

/**
 * One line for each bad field. A time of day that a clock change skips or repeats is one: on that day a date would have
 * no run, or two orchestrators would not agree on when it is due.
 */
export function findScheduleProblems(schedule: DailySchedule, today: string): string[] {
  const { pipeline, at, timeZone } = schedule;
  const problems = findPipelineProblems(pipeline);
  const isTime = /^([01]\d|2[0-3]):[0-5]\d$/.test(at);
  if (!isTime) problems.push(`at: expected a time of day as HH:MM, got "${at}"`);
  problems.push(...findZoneProblems(schedule));
  const change = isTime && isTimeZone(timeZone) ? findClockChange(schedule, today) : undefined;
  if (change !== undefined) problems.push(`at: ${timeZone} has ${at} ${change}, choose another time of day`);
  return problems;
}

/** As much as a dispatch has to know of its schedule. */
export function findZoneProblems({ timeZone, lateAfterMinutes: minutes }: ZoneOfSchedule): string[] {
  const problems: string[] = [];
  if (!isTimeZone(timeZone))
    problems.push(`time zone: expected a name such as UTC or Europe/Berlin, got ${JSON.stringify(timeZone)}`);
  const isSpan = Number.isSafeInteger(minutes) && Number(minutes) >= 1 && Number(minutes) <= MOST_LATE_MINUTES;
  if (minutes !== undefined && !isSpan)
    problems.push(
      `late after: expected a whole number of minutes from 1 to ${MOST_LATE_MINUTES}, got ${JSON.stringify(minutes)}`,
    );
  return problems;
}

function findClockChange({ at, timeZone }: DailySchedule, today: string): string | undefined {
  const readClock = clockOf(timeZone);
  for (let day = 0; day < YEARS_LOOKED_AT * 366; day++) {
    const date = new Date(Date.parse(today) + day * DAY_MS).toISOString().slice(0, 10);
    const { length: times } = listTimes(readClock, `${date}T${at}:00Z`);
    if (times !== 1) return `${times === 0 ? 'never' : 'twice'} on ${date}`;
  }
  return undefined;
}

/** When the clocks of the zone show the schedule's time on a date: once, except where they are changed. */
export function listDueTimes({ at, timeZone }: Pick<DailySchedule, 'at' | 'timeZone'>, date: string): Date[] {
  return listTimes(clockOf(timeZone), `${date}T${at}:00Z`).map((time) => new Date(time));
}

function listTimes(readClock: Clock, text: string): number[] {
  const shown = Date.parse(text);
  // What the clocks are ahead of UTC by, before and after a change that this day may have.
  const ahead = [shown - DAY_MS, shown + DAY_MS].map((time) => readClock(time) - time);
  return [...new Set(ahead)]
    .map((offset) => shown - offset)
    .filter((time) => readClock(time) === shown)
    .toSorted((a, b) => a - b);
}

/** The logical date of a scheduled time: the day on which a run was due there, and not the one on which it began. */
export function dateOfScheduledTime(due: Date, timeZone: string): string {
  return new Date(clockOf(timeZone)(due.getTime())).toISOString().slice(0, 10);
}

/** What the clocks of a zone show at a time, as if they showed UTC. */
type Clock = (time: number) => number;

function clockOf(timeZone: string): Clock {
  const format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-hc-h23', {
    ...{ timeZone, year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  return (time) => {
    const parts = format.formatToParts(time);
    const [year, month, day, hour, minute, second] = (
      ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
    ).map((type) => Number(parts.find((part) => part.type === type)?.value));
    return Date.UTC(year ?? NaN, (month ?? NaN) - 1, day, hour, minute, second);
  };
}

/** Spelled as in the database: JavaScript also takes other spellings and short names, Python and Temporal do not. */
function isTimeZone(name: string): boolean {
  // An offset such as +01:00 is no name, and none that clock changes know of.
  if (!/^(UTC|[A-Z][\w+-]*(\/[A-Z][\w+-]*)+)$/.test(name)) return false;
  try {
    const { timeZone } = Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
