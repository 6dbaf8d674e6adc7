import type { Info } from '@temporalio/activity';
import { createStartActivities } from '../../../activities/temporal/activities.ts';
import { FakeWorkflows } from '../../support/fake-workflows.ts';
import { runInActivity } from '../../support/in-activity.ts';

const workflowExecution = { workflowId: 'dispatch', runId: 'abc' };

/** Calls as Temporal would make them: those of one activity are its attempts. */
function makeStarts(workflows: FakeWorkflows, activityId = '7') {
  const activities = createStartActivities({ workflows });
  const info: Partial<Info> = { workflowExecution, activityId };
  return {
    startDaily: (...args: Parameters<typeof activities.startDaily>) =>
      runInActivity(() => activities.startDaily(...args), info),
    redoDaily: (...args: Parameters<typeof activities.redoDaily>) =>
      runInActivity(() => activities.redoDaily(...args), info),
    awaitDaily: (...args: Parameters<typeof activities.awaitDaily>) =>
      runInActivity(() => activities.awaitDaily(...args), info),
    listDates: (...args: Parameters<typeof activities.listDates>) =>
      runInActivity(() => activities.listDates(...args), info),
  };
}

describe('starting a date from a workflow', () => {
  test('gives the run of the date', async () => {
    const workflows = new FakeWorkflows();
    expect(await makeStarts(workflows).startDaily({ date: '2026-11-22', pipeline: 'team-2' })).toEqual({
      workflowId: 'daily-team-2-2026-11-22',
      runId: 'run of daily-team-2-2026-11-22',
      outcome: 'started',
    });
    expect(workflows.running).toEqual(new Set(['daily-team-2-2026-11-22']));
  });

  test('starts nothing on bad input', async () => {
    const workflows = new FakeWorkflows();
    await expect(makeStarts(workflows).startDaily({ date: '2026-11-22', pipeline: 'Team 2' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(workflows.running).toEqual(new Set());
  });

  test('asks in every attempt with the same request, and in another activity with another one', async () => {
    const workflows = new FakeWorkflows();
    await makeStarts(workflows, '7').startDaily({ date: '2026-11-22' });
    await makeStarts(workflows, '7').startDaily({ date: '2026-11-22' });
    await makeStarts(workflows, '8').startDaily({ date: '2026-11-22' });
    expect(workflows.requests).toEqual(['abc/7', 'abc/7', 'abc/8']);
  });
});

describe('redoing a date from a workflow', () => {
  const id = 'daily-pinterest-2026-11-22';

  test('takes the first id that has not succeeded', async () => {
    const workflows = new FakeWorkflows();
    workflows.succeeded.add(id).add(`${id}-r2`);
    expect(await makeStarts(workflows).redoDaily({ date: '2026-11-22' })).toMatchObject({
      workflowId: `${id}-r3`,
      outcome: 'started',
    });
  });

  test('joins the run that is on its way, and begins no redo of a date that has never succeeded', async () => {
    const workflows = new FakeWorkflows();
    expect(await makeStarts(workflows).redoDaily({ date: '2026-11-22' })).toMatchObject({
      workflowId: id,
      outcome: 'started',
    });
    expect(await makeStarts(workflows).redoDaily({ date: '2026-11-22' })).toMatchObject({
      workflowId: id,
      outcome: 'attached',
    });
  });
});

describe('waiting for a date from a workflow', () => {
  const run = { workflowId: 'daily-pinterest-2026-11-22', runId: 'abc', outcome: 'started' } as const;

  test('says how the run has ended', async () => {
    const workflows = new FakeWorkflows();
    workflows.end = { state: 'failed', reason: 'terminated' };
    expect(await makeStarts(workflows).awaitDaily(run)).toEqual({ state: 'failed', reason: 'terminated' });
  });

  test('makes way for others while the run goes on', async () => {
    await expect(makeStarts(new FakeWorkflows()).awaitDaily(run)).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      retryable: true,
      message: 'run "daily-pinterest-2026-11-22" has not ended',
    });
  });
});

describe('listing dates from a workflow', () => {
  const range = { pipeline: 'pinterest', from: '2026-02-27', to: '2026-03-02' };
  const workflows = new FakeWorkflows();
  workflows.listed = [
    { workflowId: 'daily-pinterest-2026-02-28-r10', state: 'running' },
    { workflowId: 'daily-pinterest-2026-02-28-r9', state: 'failed' },
    { workflowId: 'daily-pinterest-2026-02-28', state: 'succeeded' },
    { workflowId: 'daily-pinterest-2026-03-02', state: 'failed' },
  ];

  test('gives a letter for each, of its first id', async () => {
    expect(await makeStarts(workflows).listDates({ ...range, redo: false })).toBe('.s.f');
  });

  test('gives for redos that of the newest one', async () => {
    expect(await makeStarts(workflows).listDates({ ...range, redo: true })).toBe('.r.f');
  });
});
