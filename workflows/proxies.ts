import { ActivityCancellationType, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { RecordKind } from '../domain/kinds.ts';
import type { ActivityQueue } from '../domain/queues.ts';

/**
 * Every activity proxy, grouped by kind of work, and the queue it goes to. Work is bounded by time and never by attempts: a
 * deploy costs an attempt and must not cost a run.
 */

/**
 * A killed worker is noticed when four beats are missing. Shorter would be quicker and take a machine that is busy for
 * a dead one: what comes of that is only a second attempt, but on a busy machine it is one more thing to do.
 */
const HEARTBEAT_TIMEOUT = '8 seconds';

const QUICK: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

const BULK: ActivityOptions = {
  startToCloseTimeout: '2 hours',
  scheduleToCloseTimeout: '6 hours',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Without a queue an activity would go to that of the workflows, where no worker has activities. */
function proxyOn(taskQueue: ActivityQueue, options: ActivityOptions) {
  return proxyActivities<Activities>({ ...options, taskQueue, heartbeatTimeout: HEARTBEAT_TIMEOUT });
}

/** Calls that answer within seconds. */
export const quick = proxyOn('pinflow-io', QUICK);

/** Calls of one kind of record, which the Temporal UI then names. */
export function quickOf(kind: RecordKind) {
  return proxyOn('pinflow-io', { ...QUICK, summary: kind });
}

/** Reading and writing all records of the run. */
export const bulk = proxyOn('pinflow-bulk', BULK);

/** Reading and writing all records of one kind. */
export function bulkOf(kind: RecordKind) {
  return proxyOn('pinflow-bulk', { ...BULK, summary: kind });
}

/** Sending at a pace takes as long as that does, which is a day at most. One attempt sends, at no cost in history. */
const PACED: ActivityOptions = { ...BULK, startToCloseTimeout: '25 hours', scheduleToCloseTimeout: '26 hours' };

/** Sending the records of all kinds at a pace. */
export const paced = proxyOn('pinflow-paced', PACED);

/** Sending the records of one kind at a pace. */
export function pacedOf(kind: RecordKind) {
  return proxyOn('pinflow-paced', { ...PACED, summary: kind });
}

/** Calls to Databricks that answer within seconds. */
export const databricks = proxyOn('pinflow-databricks', QUICK);

/** A look through many things for which nothing waits: not worth more than a while. */
export const brief = proxyOn('pinflow-databricks', {
  ...QUICK,
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '10 minutes',
});

/** Waiting for Databricks: each attempt looks for a while and is then tried again, at no cost in history. */
export const patient = proxyOn('pinflow-databricks', {
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '12 hours',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  // The run is cancelled by an activity of its own, which must not wait for this one to notice.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

/** Calls to MWAA: somebody waits at a terminal, and may as well ask again. */
export const mwaa = proxyOn('pinflow-io', { ...QUICK, scheduleToCloseTimeout: '2 minutes' });

/** Waiting for MWAA: an update takes 10 to 30 minutes. One attempt waits, at no cost in history. */
export const patientMwaa = proxyOn('pinflow-io', {
  startToCloseTimeout: '1 hour',
  scheduleToCloseTimeout: '2 hours',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** Waiting for another workflow, which takes as long as that does. A look that ends early costs no history. */
export const waiting = proxyOn('pinflow-wait', {
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '3 days',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});
