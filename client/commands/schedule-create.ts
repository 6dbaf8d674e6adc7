import { ScheduleAlreadyRunning } from '@temporalio/client';
import type { Config } from '../../config/schema.ts';
import { PinflowError } from '../../domain/errors.ts';
import { connectClient } from '../connect.ts';
import { findSchedule } from '../find-schedule.ts';
import { checkSchedule, defineSchedule, type ScheduleChoice } from '../schedule-definition.ts';
import { listDifferences, readSettings, settingsOf } from '../schedule-settings.ts';
import { tellSchedule } from '../tell-schedule.ts';

/** Creates the schedule of a pipeline, or finds that it is there already. */
export async function createSchedule(
  config: Config,
  choice: ScheduleChoice,
  state: { readonly paused: boolean },
): Promise<void> {
  checkSchedule(choice, new Date().toISOString().slice(0, 10));
  const wanted = defineSchedule(choice, state);
  const client = await connectClient(config.temporal);
  const isNew = await client.schedule.create(wanted).then(() => true, tolerateExisting);
  const { description } = await findSchedule(client, choice.daily.pipeline);
  const differences = listDifferences(readSettings(description), settingsOf(wanted));
  if (differences.length > 0)
    throw new PinflowError('SCHEDULE_DIFFERS', `schedule "${wanted.scheduleId}" exists; ${differences.join('; ')}`);
  console.log(`${wanted.scheduleId}: ${isNew ? 'created' : 'exists already with these settings'}`);
  for (const line of tellSchedule(description)) console.log(line);
  await client.connection.close();
}

function tolerateExisting(error: unknown): false {
  if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  return false;
}
