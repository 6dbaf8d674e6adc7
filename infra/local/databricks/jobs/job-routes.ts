import { doesNotExist } from '../errors.ts';
import type { ApiCall, Handler, RouteGroup } from '../route.ts';
import { parseJobId, parseToken } from './check.ts';
import type { KnownThings } from './check-tasks.ts';
import type { JobStore } from './job-store.ts';
import { describeJob } from './job-view.ts';
import type { Job } from './model.ts';
import { takeListPage, takePages } from './page-token.ts';
import { parseArrayPage, parseJobsList } from './parse-lists.ts';
import { checkRunNow, parseRunNow } from './parse-run-now.ts';
import { parseJobSettings } from './parse-settings.ts';
import { findRunOfToken } from './run-routes.ts';
import type { RunStore } from './run-store.ts';
import type { Scheduler } from './scheduler.ts';
import type { JobSettings } from './settings.ts';
import { resetSettings, updateSettings } from './update-settings.ts';

export interface JobRouteOptions {
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly scheduler: Scheduler;
  readonly known: KnownThings;
}

/** What one can do with jobs, and how their runs begin. */
export function jobRoutes({ jobs, runs, scheduler, known }: JobRouteOptions): RouteGroup {
  return {
    versions: ['2.0', '2.1', '2.2'],
    routes: {
      'POST jobs/create': ({ parameters, version }) => ({
        job_id: jobs.createJob(parseJobSettings(parameters, { ...known, version })),
      }),
      'GET jobs/get': (call) => describeFound(call, jobs),
      'GET jobs/list': (call) => listJobs(call, jobs),
      'POST jobs/reset': ({ parameters, version }) => {
        const { jobId, settings } = requireJob(parameters, jobs);
        jobs.replaceSettings(jobId, parseJobSettings(resetSettings(settings, parameters), { ...known, version }));
        return {};
      },
      'POST jobs/update': ({ parameters, version }) => {
        const { jobId, settings } = requireJob(parameters, jobs);
        jobs.replaceSettings(jobId, parseJobSettings(updateSettings(settings, parameters), { ...known, version }));
        return {};
      },
      'POST jobs/delete': ({ parameters }) => {
        const { jobId } = requireJob(parameters, jobs);
        for (const run of runs.listRuns({ jobId, activeOnly: true })) scheduler.cancel(run);
        jobs.deleteJob(jobId);
        return {};
      },
      'POST jobs/run-now': ({ parameters }) => {
        const token = parseToken(parameters);
        const runId = findRunOfToken(runs, token) ?? startRun(parameters, token);
        return { run_id: runId, number_in_job: runId };
      },
    } satisfies Record<string, Handler>,
  };

  function startRun(parameters: unknown, token: string | undefined): number {
    const request = parseRunNow(parameters);
    const job = requireJob(parameters, jobs);
    checkRunNow(request, job.settings);
    return scheduler.runNow(job, { ...request, token });
  }
}

function requireJob(parameters: unknown, jobs: JobStore): Job {
  const jobId = parseJobId(parameters);
  const job = jobs.readJob(jobId);
  if (job === undefined) throw doesNotExist('Job', jobId);
  return job;
}

function describeFound({ parameters, version }: ApiCall, jobs: JobStore): object {
  const offset = parseArrayPage(parameters);
  const job = requireJob(parameters, jobs);
  if (version !== '2.2') return describeJob(job);
  const { rest, arrays } = splitSettings(job.settings);
  const { next_page_token, ...page } = takePages(arrays, offset);
  return { ...describeJob(job, { ...rest, ...page }), ...(next_page_token !== undefined && { next_page_token }) };
}

function listJobs({ parameters }: ApiCall, jobs: JobStore): object {
  const { expandTasks, ...filter } = parseJobsList(parameters);
  const found = jobs.listJobs({ ...filter, limit: filter.limit + 1 });
  const { shown, pages } = takeListPage(found, filter.limit, ({ jobId }) => jobId);
  const described = shown.map((job) => {
    const { rest, arrays } = splitSettings(job.settings);
    return describeJob(job, expandTasks ? { ...rest, ...takePages(arrays, 0) } : rest);
  });
  return { jobs: described, ...pages };
}

/** The arrays of settings are given out in pages. */
function splitSettings({ tasks, job_clusters, environments, parameters, ...rest }: JobSettings) {
  return { rest, arrays: { tasks, job_clusters, environments, parameters } };
}
