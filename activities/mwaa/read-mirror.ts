import { dateOfScheduledTime, DEFAULT_DUE_TIME, DEFAULT_TIME_ZONE, listDueTimes } from '../../domain/daily-schedule.ts';
import { listDates } from '../../domain/date-range.ts';
import { PinflowError } from '../../domain/errors.ts';
import { findMirrorProblems, isMirrored, type MirrorInput, type MirrorResult } from '../../domain/mwaa.ts';
import { dagId, dailyRunId } from '../../domain/names.ts';
import type { Workflows } from '../ports.ts';
import type { Mwaa } from './port.ts';

/** A logical date is up to two days from the day that it stands for: an interval, and the zone. */
const LEEWAY_MS = 2 * 86_400_000;

/** Compares what Airflow and Temporal say of each date. @throws PinflowError INPUT_INVALID naming every bad field */
export async function readMirror(
  input: MirrorInput,
  { mwaa, workflows }: { mwaa: Mwaa; workflows: Workflows },
): Promise<MirrorResult> {
  const problems = findMirrorProblems(input);
  if (problems.length > 0) throw new PinflowError('INPUT_INVALID', problems.join('; '));
  const { pipeline, from, to, at = DEFAULT_DUE_TIME, timeZone = DEFAULT_TIME_ZONE } = input;
  const [first = 0, last = 0] = [from, to].map((date) => listDueTimes({ at, timeZone }, date)[0]?.getTime());
  const runs = await mwaa.listDagRuns(dagId(pipeline), first - LEEWAY_MS, last + LEEWAY_MS);
  const states = new Map(
    runs.flatMap(({ dueAt, state }) =>
      dueAt === undefined ? [] : [[dateOfScheduledTime(new Date(dueAt), timeZone), state] as const],
    ),
  );
  const listed = await workflows.listDaily({ pipeline, from, to });
  const ends = new Map(listed.map(({ workflowId, state }) => [workflowId, state]));
  const sides = listDates({ from, to }).map((date) => ({
    ...{ date, airflow: states.get(date) ?? 'none' },
    temporal: ends.get(dailyRunId({ pipeline, date })) ?? 'none',
  }));
  return { looked: sides.length, differences: sides.filter((side) => !isMirrored(side)) };
}
