import { isPipelineName, PIPELINE_GRAMMAR } from './names.ts';

/** When the dates of a pipeline are due: once a day, at one time of day of one zone. */
export interface DailySchedule {
  readonly pipeline: string;
  /** Time of day as HH:MM. */
  readonly at: string;
  /** Name of the IANA time zone database, such as UTC or Europe/Berlin. */
  readonly timeZone: string;
}

/** Not on the hour, when everybody's schedules are due. */
export const DEFAULT_DUE_TIME = '02:17';
export const DEFAULT_TIME_ZONE = 'UTC';

const DAY_MS = 86_400_000;
/** Clock changes come back every year, but not on the same day of it. */
const YEARS_LOOKED_AT = 3;

/**
 * One line for each bad field. A time of day that a clock change skips or repeats is one: on that day a date would have
 * no run, or two orchestrators would not agree on when it is due.
 */
export function findScheduleProblems(schedule: DailySchedule, today: string): string[] {
  const { pipeline, at, timeZone } = schedule;
  const problems: string[] = [];
  if (!isPipelineName(pipeline)) problems.push(`pipeline: expected ${PIPELINE_GRAMMAR}, got "${pipeline}"`);
  const isTime = /^([01]\d|2[0-3]):[0-5]\d$/.test(at);
  if (!isTime) problems.push(`at: expected a time of day as HH:MM, got "${at}"`);
  const isZone = isTimeZone(timeZone);
  if (!isZone) problems.push(`time zone: expected a name such as UTC or Europe/Berlin, got "${timeZone}"`);
  const change = isTime && isZone ? findClockChange(schedule, today) : undefined;
  if (change !== undefined) problems.push(`at: ${timeZone} has ${at} ${change}, choose another time of day`);
  return problems;
}

function findClockChange(schedule: DailySchedule, today: string): string | undefined {
  for (let day = 0; day < YEARS_LOOKED_AT * 366; day++) {
    const date = new Date(Date.parse(today) + day * DAY_MS).toISOString().slice(0, 10);
    const { length: times } = listDueTimes(schedule, date);
    if (times !== 1) return `${times === 0 ? 'never' : 'twice'} on ${date}`;
  }
  return undefined;
}

/** When the clocks of the zone show the schedule's time on a date: once, except where they are changed. */
export function listDueTimes({ at, timeZone }: Omit<DailySchedule, 'pipeline'>, date: string): Date[] {
  const shown = Date.parse(`${date}T${at}:00Z`);
  // What the clocks are ahead of UTC by, before and after a change that this day may have.
  const ahead = [shown - DAY_MS, shown + DAY_MS].map((time) => readClock(time, timeZone) - time);
  return [...new Set(ahead)]
    .map((offset) => shown - offset)
    .filter((time) => readClock(time, timeZone) === shown)
    .toSorted((a, b) => a - b)
    .map((time) => new Date(time));
}

/** The logical date of a scheduled time: the day on which a run was due there, and not the one on which it began. */
export function dateOfScheduledTime(due: Date, timeZone: string): string {
  return new Date(readClock(due.getTime(), timeZone)).toISOString().slice(0, 10);
}

/** What the clocks of a zone show, as if they showed UTC. */
function readClock(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US-u-ca-iso8601-hc-h23', {
    ...{ timeZone, year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(time);
  const [year, month, day, hour, minute, second] = (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map(
    (type) => Number(parts.find((part) => part.type === type)?.value),
  );
  return Date.UTC(year ?? NaN, (month ?? NaN) - 1, day, hour, minute, second);
}

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en-US', { timeZone: name });
  } catch {
    return false;
  }
  // An offset such as +01:00 is none that clock changes, and schedules of others, know of.
  return /^[A-Za-z]/.test(name);
}
