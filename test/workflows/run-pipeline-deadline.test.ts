import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../activities/index.ts';
import { formatInstant } from '../../domain/instants.ts';
import { progressQuery } from '../../workflows/messages.ts';
import { makeMockActivities } from '../support/mock-activities.ts';
import { startPipeline, useWorkflowEnvironment } from '../support/workflow-environment.ts';

const environment = useWorkflowEnvironment();
const date = '2026-11-22';
const HOUR_MS = 3_600_000;

type Handle = Awaited<ReturnType<typeof startPipeline>>;

/** A job that is looked at every half hour and ends after the given hours, on the server's clock. */
function makeJobOf(hours: number): Partial<Activities> {
  let looks = 0;
  const awaitJob: Activities['awaitJob'] = async () => {
    if (looks++ < 2 * hours)
      throw ApplicationFailure.create({ type: 'RUN_UNFINISHED', message: 'not yet', nextRetryDelay: '30 minutes' });
    return { url: '', tasks: {} };
  };
  return { awaitJob };
}

async function instantIn(hours: number): Promise<string> {
  return formatInstant(new Date((await environment().server.currentTimeMs()) + hours * HOUR_MS));
}

/** What lists of runs, and people, see of its being late. */
async function lookAt(handle: Handle) {
  const { typedSearchAttributes } = await handle.describe();
  const { lateSince } = await handle.query(progressQuery);
  const { events = [] } = await handle.fetchHistory();
  return {
    isListedAsLate: typedSearchAttributes.get({ name: 'PinflowLate', type: 'BOOL' }),
    lateSince,
    timers: events?.flatMap(
      ({ timerStartedEventAttributes, timerFiredEventAttributes, timerCanceledEventAttributes }) => [
        ...(timerStartedEventAttributes ? ['started'] : []),
        ...(timerFiredEventAttributes ? ['fired'] : []),
        ...(timerCanceledEventAttributes ? ['taken back'] : []),
      ],
    ),
  };
}

describe('a run with a deadline', () => {
  test('that passes while it waits is late from then on, goes on, and says by how much in the end', async () => {
    const { activities } = makeMockActivities(makeJobOf(6));
    await environment().withWorker(activities, async () => {
      const deadline = await instantIn(4);
      const handle = await startPipeline(environment(), { date, deadline });
      const { late } = await handle.result();

      expect(late?.since).toBe(deadline);
      expect(Number(late?.seconds) / 3_600).toBeCloseTo(2, 1);
      expect(await lookAt(handle)).toEqual({
        isListedAsLate: true,
        lateSince: deadline,
        timers: ['started', 'fired'],
      });
    });
  });

  test('that had passed when it began is late at once, without a timer', async () => {
    const { activities } = makeMockActivities();
    await environment().withWorker(activities, async () => {
      const deadline = await instantIn(-1);
      const handle = await startPipeline(environment(), { date, deadline });
      expect((await handle.result()).late?.since).toBe(deadline);
      expect(await lookAt(handle)).toEqual({ isListedAsLate: true, lateSince: deadline, timers: [] });
    });
  });

  test('that it keeps is never late, and leaves no timer behind', async () => {
    const { activities } = makeMockActivities(makeJobOf(1));
    await environment().withWorker(activities, async () => {
      const handle = await startPipeline(environment(), { date, deadline: await instantIn(4) });
      expect(await handle.result()).not.toHaveProperty('late');
      expect(await lookAt(handle)).toEqual({
        isListedAsLate: undefined,
        lateSince: undefined,
        timers: ['started', 'taken back'],
      });
    });
  });

  test('that it does not reach, because it fails, is not late', async () => {
    const awaitJob: Activities['awaitJob'] = () => Promise.reject(ApplicationFailure.nonRetryable('no', 'RUN_FAILED'));
    const { activities } = makeMockActivities({ awaitJob });
    await environment().withWorker(activities, async () => {
      const handle = await startPipeline(environment(), { date, deadline: await instantIn(4) });
      await expect(handle.result()).rejects.toThrow();
      expect(await lookAt(handle)).toMatchObject({ isListedAsLate: undefined, timers: ['started', 'taken back'] });
    });
  });

  test('is cancelled as any other', async () => {
    const { activities } = makeMockActivities(makeJobOf(6));
    await environment().withWorker(activities, async () => {
      const handle = await startPipeline(environment(), { date, deadline: await instantIn(4) });
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      expect((await handle.describe()).status.name).toBe('CANCELLED');
    });
  });
});

test('a run without a deadline has no timer', async () => {
  const { activities } = makeMockActivities();
  await environment().withWorker(activities, async () => {
    const handle = await startPipeline(environment(), { date });
    expect(await handle.result()).not.toHaveProperty('late');
    expect(await lookAt(handle)).toEqual({ isListedAsLate: undefined, lateSince: undefined, timers: [] });
  });
});
