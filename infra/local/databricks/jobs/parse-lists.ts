import { z } from 'zod';
import { invalidParameter } from '../errors.ts';
import { check, flag, wholeNumber } from './check.ts';
import { decodePageToken } from './page-token.ts';
import type { RunFilter } from './run-store.ts';

/** Checks what clients ask lists and single runs for. */

const id = wholeNumber.positive();
const page_token = z.string().optional();

const jobsListSchema = z.looseObject({
  limit: wholeNumber.min(1).max(100).default(20),
  page_token,
  offset: wholeNumber.min(0).default(0),
  name: z.string().optional(),
  expand_tasks: flag.default(false),
});

export function parseJobsList(parameters: unknown) {
  const list = check(jobsListSchema, parameters);
  return {
    limit: list.limit,
    before: decodePageToken('before', list.page_token),
    // Clients of 2.0 have no tokens and count.
    offset: list.offset,
    name: list.name || undefined,
    expandTasks: list.expand_tasks,
  };
}

const runsListSchema = z.looseObject({
  limit: wholeNumber.min(0).max(25).default(20),
  page_token,
  offset: wholeNumber.min(0).default(0),
  job_id: id.optional(),
  active_only: flag.default(false),
  completed_only: flag.default(false),
  run_type: z.enum(['JOB_RUN', 'SUBMIT_RUN', 'WORKFLOW_RUN']).optional(),
  start_time_from: wholeNumber.min(0).optional(),
  start_time_to: wholeNumber.min(0).optional(),
  expand_tasks: flag.default(false),
});

export function parseRunsList(
  parameters: unknown,
): RunFilter & { readonly limit: number; readonly expandTasks: boolean } {
  const list = check(runsListSchema, parameters);
  if (list.active_only && list.completed_only)
    throw invalidParameter('active_only and completed_only exclude each other');
  return {
    jobId: list.job_id,
    activeOnly: list.active_only,
    completedOnly: list.completed_only,
    runType: list.run_type,
    startTimeFrom: list.start_time_from,
    startTimeTo: list.start_time_to,
    // The platform reads 0 as "as many as you give".
    limit: list.limit || 25,
    before: decodePageToken('before', list.page_token),
    offset: list.offset,
    expandTasks: list.expand_tasks,
  };
}

const getRunSchema = z.looseObject({
  run_id: id,
  include_history: flag.default(false),
  include_resolved_values: flag.default(false),
  page_token,
});

export function parseGetRun(parameters: unknown) {
  const get = check(getRunSchema, parameters);
  return {
    runId: get.run_id,
    includeHistory: get.include_history,
    includeResolved: get.include_resolved_values,
    offset: decodePageToken('offset', get.page_token) ?? 0,
  };
}

export function parseArrayPage(parameters: unknown): number {
  return decodePageToken('offset', check(z.looseObject({ page_token }), parameters).page_token) ?? 0;
}

const cancelAllSchema = z.looseObject({ job_id: id.optional(), all_queued_runs: flag.default(false) });

/** A job, or all queued runs, of one job or of all. */
export function parseCancelAll(parameters: unknown) {
  const { job_id: jobId, all_queued_runs: allQueued } = check(cancelAllSchema, parameters);
  if (jobId === undefined && !allQueued) throw invalidParameter('give job_id or all_queued_runs');
  return { jobId, allQueued };
}
