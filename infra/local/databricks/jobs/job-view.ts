import type { Job } from './model.ts';

/** A job as `jobs/get` and `jobs/list` show it. */
export function describeJob({ jobId, settings, createdTime }: Job, settingsShown: object = settings): object {
  return {
    job_id: jobId,
    creator_user_name: 'local',
    run_as_user_name: 'local',
    created_time: createdTime,
    settings: settingsShown,
  };
}
