import { type Client, type ScheduleDescription, type ScheduleHandle, ScheduleNotFoundError } from '@temporalio/client';
import { PinflowError } from '../domain/errors.ts';
import { isPipelineName, PIPELINE_GRAMMAR, scheduleId } from '../domain/names.ts';

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

/** @throws PinflowError INPUT_INVALID */
export function checkPipeline(pipeline: string): void {
  if (!isPipelineName(pipeline))
    throw new PinflowError('INPUT_INVALID', `pipeline: expected ${PIPELINE_GRAMMAR}, got "${pipeline}"`);
}
