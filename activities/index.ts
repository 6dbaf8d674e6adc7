import { createEmulationActivities, type EmulationDependencies } from './emulation/activities.ts';
import { withFailures } from './failure.ts';
import { withHeartbeats } from './heartbeat.ts';
import { createJobActivities, type JobDependencies } from './databricks/activities.ts';
import { createSweepActivities, type SweepDependencies } from './databricks/sweep.ts';
import { createLandingActivities } from './landing/activities.ts';
import type { LandingDependencies } from './landing/landing.ts';
import { createMwaaActivities, type MwaaDependencies } from './mwaa/activities.ts';
import { createResetActivities, type ResetDependencies } from './reset/activities.ts';
import { createStartActivities, type StartDependencies } from './temporal/activities.ts';
import { createReportActivities, type ReportDependencies } from './report/activities.ts';
import { createStreamActivities, type StreamDependencies } from './stream/activities.ts';

export type ActivityDependencies = EmulationDependencies &
  LandingDependencies &
  JobDependencies &
  SweepDependencies &
  ReportDependencies &
  ResetDependencies &
  StartDependencies &
  MwaaDependencies &
  StreamDependencies;

/** Every activity of the worker, on the given adapters. */
export function createActivities(dependencies: ActivityDependencies) {
  const activities = {
    ...createEmulationActivities(dependencies),
    ...createLandingActivities(dependencies),
    ...createJobActivities(dependencies),
    ...createSweepActivities(dependencies),
    ...createReportActivities(dependencies),
    ...createResetActivities(dependencies),
    ...createStartActivities(dependencies),
    ...createMwaaActivities(dependencies),
    ...createStreamActivities(dependencies),
  };
  return withFailures(withHeartbeats(activities));
}

/** What workflows know of activities: their names, arguments and results. */
export type Activities = ReturnType<typeof createActivities>;
