import type { ScheduleHandle } from '@temporalio/client';
import type { Config } from '../../config/schema.ts';
import { findPipelineProblems } from '../../domain/names.ts';
import { connectClient } from '../connect.ts';
import { findSchedule } from '../find-schedule.ts';
import { refuseInput } from '../refuse-input.ts';

/** Dates that come due are not started until the schedule is unpaused. */
export function pauseSchedule(config: Config, pipeline: string): Promise<void> {
  return change(config, pipeline, async (schedule) => {
    await schedule.pause('by pinflow schedule pause');
    return 'paused; dates that come due are not started, and those that run go on';
  });
}

/** Dates are started again from now on. Temporal does not make up for those that were due meanwhile. */
export function unpauseSchedule(config: Config, pipeline: string): Promise<void> {
  return change(config, pipeline, async (schedule) => {
    await schedule.unpause('by pinflow schedule unpause');
    return 'active; dates that were due while it was paused are not started by it';
  });
}

/** Nothing more is started. */
export function deleteSchedule(config: Config, pipeline: string): Promise<void> {
  return change(config, pipeline, async (schedule) => {
    await schedule.delete();
    return 'deleted; dates that run go on';
  });
}

async function change(
  config: Config,
  pipeline: string,
  act: (schedule: ScheduleHandle) => Promise<string>,
): Promise<void> {
  refuseInput(findPipelineProblems(pipeline));
  const client = await connectClient(config.temporal);
  const { handle } = await findSchedule(client, pipeline);
  console.log(`${handle.scheduleId}: ${await act(handle)}`);
  await client.connection.close();
}
