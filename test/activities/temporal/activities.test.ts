import { createStartActivities } from '../../../activities/temporal/activities.ts';
import { FakeWorkflows } from '../../support/fake-workflows.ts';

describe('starting a date from a workflow', () => {
  test('gives the run of the date', async () => {
    const workflows = new FakeWorkflows();
    const { startDaily } = createStartActivities({ workflows });
    expect(await startDaily({ date: '2026-11-22', pipeline: 'team-2' })).toEqual({
      workflowId: 'daily-team-2-2026-11-22',
      runId: 'run of daily-team-2-2026-11-22',
    });
    expect(workflows.running).toEqual(new Set(['daily-team-2-2026-11-22']));
  });

  test('starts nothing on bad input', async () => {
    const workflows = new FakeWorkflows();
    const { startDaily } = createStartActivities({ workflows });
    await expect(startDaily({ date: '2026-11-22', pipeline: 'Team 2' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(workflows.running).toEqual(new Set());
  });
});
