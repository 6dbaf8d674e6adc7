import { setTimeout as sleep } from 'node:timers/promises';
import { defaultPayloadConverter, type WorkflowExecutionStatusName } from '@temporalio/client';
import type { ActivityProgress, RunProgress } from '../domain/run.ts';
import { progressQuery } from '../workflows/messages.ts';
import { queryInTime } from './query-in-time.ts';
import type { RunHandle } from './start-run.ts';

/** One look at a run. Progress is absent while no worker answers. */
export interface RunView {
  readonly status: WorkflowExecutionStatusName;
  readonly progress: RunProgress | undefined;
  /** Heartbeats of the activities that run right now. */
  readonly activities: readonly ActivityProgress[];
}

const LOOK_EVERY_MS = 500;

export async function lookAtRun(handle: RunHandle): Promise<RunView> {
  const description = await handle.describe();
  const heartbeats = (description.raw.pendingActivities ?? []).flatMap(
    (activity) => activity.heartbeatDetails?.payloads ?? [],
  );
  return {
    status: description.status.name,
    progress: await queryInTime(handle, progressQuery),
    activities: heartbeats.map((payload) => defaultPayloadConverter.fromPayload<ActivityProgress>(payload)),
  };
}

/** Looks at a run until it has ended; the last view is of the ended run. */
export async function* watchRun(handle: RunHandle): AsyncGenerator<RunView> {
  for (;;) {
    const view = await lookAtRun(handle);
    yield view;
    if (view.status !== 'RUNNING') return;
    await sleep(LOOK_EVERY_MS);
  }
}

/** How far each activity is that runs, as its last beat said. */
export function describeActivities(activities: readonly ActivityProgress[]): string {
  if (activities.length === 0) return 'working';
  return activities.map(({ label, done, total }) => (total > 1 ? `${label} ${done}/${total}` : label)).join(', ');
}
