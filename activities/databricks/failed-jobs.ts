import { failedJobKey, failedJobPrefix } from '../../domain/names.ts';
import type { DatabricksRun, ObjectStore } from '../ports.ts';

/**
 * Records of the Databricks runs of a date that ended without success, one an epoch. They let the next start begin a new
 * run instead of finding the old one (decision 3).
 */
export interface FailedJob {
  /** Absent when the run was deleted before anybody knew its id. */
  readonly runId?: string;
  /** How often the run had been repaired when it ended. */
  readonly repairs: number;
}

export interface FailedJobs {
  /** Epoch of the next run or repair. */
  readonly next: number;
  readonly last: FailedJob | undefined;
}

export async function readFailedJobs(workflowId: string, store: ObjectStore): Promise<FailedJobs> {
  const keys = await store.listKeys(failedJobPrefix(workflowId));
  const key = keys.at(-1);
  const body = key === undefined ? undefined : await store.readObject(key);
  if (body === undefined) return { next: keys.length + 1, last: undefined };
  const { runId, repairs } = JSON.parse(body.toString('utf8')) as { runId?: string | number; repairs?: number };
  return { next: keys.length + 1, last: { ...(runId && { runId: String(runId) }), repairs: repairs ?? 0 } };
}

export async function recordFailedJob(
  { workflowId, epoch }: { readonly workflowId: string; readonly epoch: number },
  job: FailedJob & { readonly url?: string; readonly state: string; readonly reason?: string },
  store: ObjectStore,
): Promise<void> {
  const key = failedJobKey(workflowId, epoch);
  await store.createObject({ key, body: JSON.stringify(job), contentType: 'application/json' });
}

export function describeFailedRun({ runId, url, repairs, state }: DatabricksRun) {
  return { runId, url, repairs: repairs.length, ...state };
}
