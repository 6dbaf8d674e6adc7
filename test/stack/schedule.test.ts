import { checkRun } from '../../domain/daily-start.ts';
import { scheduleId } from '../../domain/names.ts';
import { pinflow } from '../support/processes.ts';
import { useStackWithWorker, waitUntil } from '../support/running-stack.ts';

const pipeline = 'scheduled';
const date = '2026-03-29';
const { workflowId } = checkRun({ pipeline, date });
/** Of an hour that the clocks of Berlin change on that date. */
const due = '2026-03-28T23:17:00Z';
const settings = ['--at', '00:17', '--time-zone', 'Europe/Berlin', '--late-after', '60', '--rows', '3'];

const stack = useStackWithWorker();

function schedule(...args: string[]) {
  return pinflow('schedule', ...args, '--pipeline', pipeline);
}

/** What the command prints, without the spaces of its tables. */
async function printed(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await schedule(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | ').trim());
}

describe('the schedule of a pipeline', () => {
  test('that cannot be is not created, and one that is not there cannot be described', async () => {
    const [bad, unknown] = await Promise.all([
      schedule('create', '--at', '02:30', '--time-zone', 'Europe/Berlin', '--rows', '0'),
      schedule('describe'),
    ]);
    expect(bad).toMatchObject({ code: 1, stdout: '' });
    expect(bad.stderr).toMatch(
      /^INPUT_INVALID: at: Europe\/Berlin has 02:30 never on .*; rows: expected a whole number/,
    );
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('SCHEDULE_UNKNOWN: no schedule "daily-scheduled" is known');
  });

  test('runs a date that is due to success, marked as late when it was due too long ago', async () => {
    expect(await printed('create', ...settings)).toEqual(
      expect.arrayContaining([
        'daily-scheduled: created',
        'state | active',
        'due at | 00:17',
        'late after | 60 minutes',
      ]),
    );
    // Its own calendar finds the one time that is due in these two days.
    const made = stack().client.schedule.getHandle(scheduleId(pipeline));
    await made.backfill({ start: new Date('2026-03-28T00:00:00Z'), end: new Date('2026-03-29T12:00:00Z') });
    const run = stack().client.workflow.getHandle(workflowId);
    await waitUntil('the date is started', () =>
      run.describe().then(
        () => true,
        () => false,
      ),
    );

    expect(await run.result()).toMatchObject({ workflowId, late: { since: '2026-03-29T00:17:00Z' } });
    expect(await printed('describe')).toContain(`${due} | ${workflowId} | completed, late`);
    const { stdout } = await pinflow('status', date, '--pipeline', pipeline);
    expect(stdout).toMatch(/^daily-scheduled-2026-03-29: completed, late since 2026-03-29T00:17:00Z/);
    await waitUntil('the run is listed as late', async () => {
      const { count } = await stack().client.workflow.count(`PinflowLate = true AND PinflowPipeline = "${pipeline}"`);
      return count === 1;
    });
  });

  test('that is created again is kept as it is, and another one is refused with what differs', async () => {
    expect(await printed('create', ...settings)).toContain('daily-scheduled: exists already with these settings');
    const { code, stderr } = await schedule('create', '--at', '00:18', '--time-zone', 'Europe/Berlin', '--rows', '3');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'SCHEDULE_DIFFERS: schedule "daily-scheduled" exists; ' +
        'due at: is 00:17, wanted 00:18; late after: is 60 minutes, wanted not set',
    );
  });

  test('is paused, unpaused and deleted', async () => {
    expect(await printed('pause')).toContainEqual(expect.stringMatching(/^daily-scheduled: paused; /));
    expect(await printed('describe')).toContain('state | paused: starts nothing');
    expect(await printed('unpause')).toContainEqual(expect.stringMatching(/^daily-scheduled: active; /));
    expect(await printed('describe')).toContain('state | active');
    expect(await printed('delete')).toContain('daily-scheduled: deleted; dates that run go on');
    expect((await schedule('delete')).stderr).toContain('SCHEDULE_UNKNOWN');
  });
});
