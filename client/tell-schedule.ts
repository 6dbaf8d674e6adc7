import type { ScheduleDescription } from '@temporalio/client';
import { dateOfScheduledTime, DEFAULT_TIME_ZONE } from '../domain/daily-schedule.ts';
import { formatInstant } from '../domain/instants.ts';
import { formatTable } from './format-table.ts';
import { readSettings } from './schedule-settings.ts';

/** Due times that are shown. */
const SHOWN_TIMES = 3;

/** What a schedule does, for people: its state, its settings, and when it does what next. */
export function tellSchedule(description: ScheduleDescription): string[] {
  const { state, spec, info } = description;
  const next = info.nextActionTimes
    .slice(0, SHOWN_TIMES)
    .map((due) => [formatInstant(due), dateOfScheduledTime(due, spec.timezone ?? DEFAULT_TIME_ZONE)]);
  const settings = { state: state.paused ? 'paused: starts nothing' : 'active', ...readSettings(description) };
  return [
    ...formatTable(['setting', 'value'], Object.entries(settings)),
    '',
    ...formatTable([state.paused ? 'would be due' : 'next due', 'date'], next),
  ];
}
