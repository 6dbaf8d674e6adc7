import { checkSchedule, defineSchedule, type ScheduleChoice } from '../../client/schedule-definition.ts';

const daily = { pipeline: 'team-2', at: '03:07', timeZone: 'Europe/Berlin', lateAfterMinutes: 240 };
const choice: ScheduleChoice = { daily, run: { pipeline: 'team-2', rows: 5 } };

describe('the schedule of a pipeline', () => {
  test('starts a dispatch at a time of day of its zone, and every date that was missed', () => {
    expect(defineSchedule(choice, { paused: false })).toEqual({
      scheduleId: 'daily-team-2',
      spec: { calendars: [{ hour: 3, minute: 7, comment: '03:07 Europe/Berlin' }], timezone: 'Europe/Berlin' },
      action: {
        type: 'startWorkflow',
        workflowType: 'dispatchDaily',
        workflowId: 'dispatch-team-2',
        taskQueue: 'pinflow',
        args: [{ pipeline: 'team-2', rows: 5, timeZone: 'Europe/Berlin', lateAfterMinutes: 240 }],
        staticSummary: 'start the date of team-2 that is due',
      },
      policies: { overlap: 'BUFFER_ALL', catchupWindow: '3 days', pauseOnFailure: false },
      state: { paused: false },
    });
  });

  test('is refused with everything that is wrong with it and with its runs, each once', () => {
    const bad = { daily: { ...daily, pipeline: 'P', at: '3:07' }, run: { pipeline: 'P', rows: 0 } };
    expect(() => checkSchedule(bad, '2026-11-28')).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(/^pipeline: [^;]*; at: [^;]*; rows: [^;]*$/),
      }),
    );
    expect(() => checkSchedule(choice, '2026-11-28')).not.toThrow();
  });
});
