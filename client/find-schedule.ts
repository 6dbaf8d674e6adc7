import { type Client, type ScheduleDescription, type ScheduleHandle, ScheduleNotFoundError } from '@temporalio/client';
import { PinflowError } from '../domain/errors.ts';
import { scheduleId } from '../domain/names.ts';

export interface FoundSchedule {
  readonly handle: ScheduleHandle;
  readonly description: ScheduleDescription;
}

/** The schedule of a pipeline. @throws PinflowError SCHEDULE_UNKNOWN when it has none */
export async function findSchedule(client: Client, pipeline: string): Promise<FoundSchedule> {
  const handle = client.schedule.getHandle(scheduleId(pipeline));
  try {
    return { handle, description: await handle.describe() };
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new PinflowError('SCHEDULE_UNKNOWN', `no schedule "${handle.scheduleId}" is known`, { cause: error });
  }
}
