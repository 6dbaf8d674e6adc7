import { randomUUID } from 'node:crypto';
import type { ScheduleHandle } from '@temporalio/client';
import { defineSchedule } from '../../client/schedule-definition.ts';
import { dateOfScheduledTime, findScheduleProblems, listDueTimes } from '../../domain/daily-schedule.ts';
import { formatInstant } from '../../domain/instants.ts';
import { dailyRunId, dispatchId } from '../../domain/names.ts';
import type { dispatchDaily } from '../../workflows/dispatch-daily.ts';
import { startWorker, type WorkerProcess } from '../support/processes.ts';
import { connectStack, type RunningStack, waitUntil } from '../support/running-stack.ts';

const DAY_MS = 86_400_000;

/**
 * Three zones and the days of 2026 on which their clocks change, one of them by half an hour. Dates are due close to the
 * change, and at times at which it is another day in UTC.
 */
const ZONES = [
  { timeZone: 'Europe/Berlin', at: '00:45', changes: ['2026-03-29', '2026-10-25'] },
  { timeZone: 'America/New_York', at: '23:15', changes: ['2026-03-08', '2026-11-01'] },
  { timeZone: 'Australia/Lord_Howe', at: '03:05', changes: ['2026-04-05', '2026-10-04'] },
].map((zone, index) => ({ ...zone, pipeline: `clocks-${index}-${randomUUID().slice(0, 8)}` }));

let stack: RunningStack;
let worker: WorkerProcess;

beforeAll(async () => {
  // Nobody does the bulk of a run, so that every one stays at its first step.
  [stack, worker] = await Promise.all([connectStack(), startWorker({ PINFLOW_WORKER_QUEUES: 'pinflow,pinflow-io' })]);
});

afterAll(async () => {
  await worker.stop();
  await stack.close();
});

/** Days from the first one on. */
function listDays(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, day) => addDays(first, day));
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** As `pinflow schedule create --paused` does, so that only the test makes it start anything. */
function createPaused({ pipeline, at, timeZone }: (typeof ZONES)[number]): Promise<ScheduleHandle> {
  const daily = { pipeline, at, timeZone };
  expect(findScheduleProblems(daily, '2026-01-01')).toEqual([]);
  return stack.client.schedule.create(defineSchedule({ daily, run: { pipeline, rows: 3 } }, { paused: true }));
}

/** From the day before a change to the day after it. */
function daysAround(zone: (typeof ZONES)[number], change: string) {
  const [start, end] = [-1, 1].map((days) => listDueTimes(zone, addDays(change, days))[0]);
  if (start === undefined || end === undefined) throw new Error(`${zone.timeZone} has no ${zone.at} around ${change}`);
  return { start, end, overlap: 'BUFFER_ALL' } as const;
}

/** Every time of 2026 at which Temporal itself finds that the schedule is due. */
async function listMatchingTimes({ scheduleId }: ScheduleHandle): Promise<string[]> {
  const { startTime = [] } = await stack.client.workflowService.listScheduleMatchingTimes({
    namespace: stack.config.temporal.namespace,
    scheduleId,
    startTime: { seconds: Date.parse('2026-01-01') / 1_000 } as never,
    endTime: { seconds: Date.parse('2027-01-01') / 1_000 } as never,
  });
  return (startTime ?? []).map(({ seconds }) => formatInstant(new Date(Number(seconds) * 1_000)));
}

/** Ids of the workflows that there are, of which lists know a moment later. */
async function listIds(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { workflowId } of stack.client.workflow.list({ query: `WorkflowId STARTS_WITH "${prefix}"` }))
    found.push(workflowId);
  return found.toSorted();
}

describe.each(ZONES)('a schedule at $at in $timeZone', (zone) => {
  const { pipeline, at, timeZone, changes } = zone;
  const dates = changes.flatMap((change) => listDays(addDays(change, -1), 3));
  const dues = dates.flatMap((date) => listDueTimes(zone, date));
  let schedule: ScheduleHandle;

  beforeAll(async () => {
    schedule = await createPaused(zone);
  });

  afterAll(async () => {
    await schedule.delete();
  });

  test('is due, by the calendar of Temporal, once on every date of the year', async () => {
    const times = await listMatchingTimes(schedule);
    const dueDates = times.map((time) => dateOfScheduledTime(new Date(time), timeZone));
    expect(dueDates).toEqual(listDays(String(dueDates[0]), times.length));
    expect(times.length).toBeGreaterThanOrEqual(364);
    expect(times).toEqual(dueDates.flatMap((date) => listDueTimes({ at, timeZone }, date)).map(formatInstant));
  });

  test('that catches up with the days around both clock changes starts each date once', async () => {
    // Both in one call: of two calls at once, the server has been seen to lose the first.
    await schedule.backfill(changes.map((change) => daysAround(zone, change)));
    const dispatches = dues.map((due) => `${dispatchId(pipeline)}-${formatInstant(due)}`);
    await waitUntil('every date is dispatched', async () => {
      return (await listIds(dispatchId(pipeline))).length >= dates.length;
    });

    expect(await listIds(dispatchId(pipeline))).toEqual(dispatches);
    const runs = await Promise.all(
      dispatches.map((id) => stack.client.workflow.getHandle<typeof dispatchDaily>(id).result()),
    );
    const runIds = dates.map((date) => dailyRunId({ pipeline, date }));
    expect(runs.map(({ workflowId }) => workflowId)).toEqual(runIds);
    await waitUntil('every run is listed', async () => (await listIds(`daily-${pipeline}`)).length >= runIds.length);
    expect(await listIds(`daily-${pipeline}`)).toEqual(runIds);

    await Promise.all(runIds.map((id) => stack.client.workflow.getHandle(id).terminate()));
  });
});
