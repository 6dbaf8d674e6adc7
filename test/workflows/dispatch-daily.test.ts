import type { Activities } from '../../activities/index.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import type { dispatchDaily } from '../../workflows/dispatch-daily.ts';
import { makeMockActivities } from '../support/mock-activities.ts';
import { failureOf, useWorkflowEnvironment } from '../support/workflow-environment.ts';

/** Number of the search attribute type "Datetime" in the server's API. */
const DATETIME = 6;

const environment = useWorkflowEnvironment();

beforeEach(async () => {
  // A real server knows it.
  await environment().server.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: { TemporalScheduledStartTime: DATETIME },
  });
});

/** Starts a dispatch as a schedule does: the id has the time appended, and an attribute says when it was due. */
function dispatch(due: Date | undefined, ...args: Parameters<typeof dispatchDaily>) {
  return environment().server.client.workflow.start<typeof dispatchDaily>('dispatchDaily', {
    workflowId: `dispatch-${due?.toISOString()}`,
    taskQueue: TASK_QUEUE,
    args,
    ...(due !== undefined && {
      typedSearchAttributes: [{ key: { name: 'TemporalScheduledStartTime', type: 'DATETIME' }, value: due }],
    }),
  });
}

describe('a dispatch', () => {
  test('starts the date that was due years ago, with the input of the schedule', async () => {
    const inputs: unknown[] = [];
    const startDaily: Activities['startDaily'] = async (input) => {
      inputs.push(input);
      return { workflowId: 'daily-team-2-2020-02-29', runId: 'abc', outcome: 'started' };
    };
    const { calls, activities } = makeMockActivities({ startDaily });
    const handle = await dispatch(new Date('2020-02-29T23:30:00Z'), { pipeline: 'team-2', rows: 5 });

    expect(await environment().withWorker(activities, () => handle.result())).toEqual({
      workflowId: 'daily-team-2-2020-02-29',
      runId: 'abc',
      outcome: 'started',
    });
    expect(inputs).toEqual([{ pipeline: 'team-2', rows: 5, date: '2020-02-29' }]);
    expect(calls).toEqual(['startDaily']);
  });

  test('starts the date that it was in the zone of the schedule, with the time by which it has to be done', async () => {
    const inputs: unknown[] = [];
    const startDaily: Activities['startDaily'] = async (input) => {
      inputs.push(input);
      return { workflowId: 'daily-pinterest-2026-03-29', runId: 'abc', outcome: 'started' };
    };
    const { activities } = makeMockActivities({ startDaily });
    const due = new Date('2026-03-28T23:30:00Z');
    const handle = await dispatch(due, { timeZone: 'Europe/Berlin', lateAfterMinutes: 240 });
    await environment().withWorker(activities, () => handle.result());
    expect(inputs).toEqual([{ date: '2026-03-29', deadline: '2026-03-29T03:30:00Z' }]);
  });

  test('with a zone or a span that is none fails at once, and does not hang', async () => {
    const { calls, activities } = makeMockActivities();
    const handle = await dispatch(new Date('2026-11-22T02:00:00Z'), { timeZone: 'Mars', lateAfterMinutes: 0 });
    const failure = await environment().withWorker(activities, () => failureOf(handle.result()));
    expect(failure).toMatchObject({
      type: 'INPUT_INVALID',
      message:
        'time zone: expected a name such as UTC or Europe/Berlin, got "Mars"; ' +
        'late after: expected a whole number of minutes from 1 to 10080, got 0; ' +
        'correct the fields named in the message and start again',
    });
    expect(calls).toEqual([]);
  });

  test('needs no input', async () => {
    const { activities } = makeMockActivities();
    const handle = await dispatch(new Date('2026-11-22T02:00:00Z'));
    expect(await environment().withWorker(activities, () => handle.result())).toMatchObject({
      workflowId: 'daily-pinterest-2026-11-22',
    });
  });

  test('without a schedule is refused, because nothing says which date is due', async () => {
    const { calls, activities } = makeMockActivities();
    const handle = await dispatch(undefined);
    const failure = await environment().withWorker(activities, () => failureOf(handle.result()));
    expect(failure).toMatchObject({ type: 'INPUT_INVALID', nonRetryable: true });
    expect(failure.message).toContain('workflow "dispatch-undefined" was started without a schedule');
    expect(calls).toEqual([]);
  });
});
