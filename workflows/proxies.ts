import { ActivityCancellationType, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { RecordKind } from '../domain/kinds.ts';
import type { ActivityQueue } from '../domain/queues.ts';

/**
 * Every activity proxy, grouped by kind of work, and the queue it goes to. Long work is bounded by time and never by
 * attempts: a deploy costs an attempt and must not cost a run. A missed heartbeat (five beats) is how a killed worker is
 * noticed.
 */

const HEARTBEAT_TIMEOUT = '15 seconds';

const QUICK: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

const BULK: ActivityOptions = {
  startToCloseTimeout: '2 hours',
  scheduleToCloseTimeout: '6 hours',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Without a queue an activity would go to that of the workflows, where no worker has activities. */
function proxyOn(taskQueue: ActivityQueue, options: ActivityOptions) {
  return proxyActivities<Activities>({ ...options, taskQueue });
}

/** Calls that answer within seconds. */
export const quick = proxyOn('pinflow-io', QUICK);

/** Calls that must not wait for a killed worker until their time is over: a Databricks run hangs on them. */
export const urgent = proxyOn('pinflow-databricks', { ...QUICK, heartbeatTimeout: HEARTBEAT_TIMEOUT });

/** Calls of one kind of record, which the Temporal UI then names. */
export function quickOf(kind: RecordKind) {
  return proxyOn('pinflow-io', { ...QUICK, summary: kind });
}

/** Reading and writing all records of one kind. */
export function bulkOf(kind: RecordKind) {
  return proxyOn('pinflow-bulk', { ...BULK, summary: kind });
}

/** A look through many things for which nothing waits: not worth more than a while. */
export const brief = proxyOn('pinflow-databricks', {
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '10 minutes',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** Waiting for Databricks: each attempt looks for a while and is then tried again, at no cost in history. */
export const patient = proxyOn('pinflow-databricks', {
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '12 hours',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  // The run is cancelled by an activity of its own, which must not wait for this one to notice.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});
