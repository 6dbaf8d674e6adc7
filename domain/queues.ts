import { TASK_QUEUE } from './run.ts';

/**
 * Task queues by kind of work, so that none of them waits behind another: quick calls (`io`), reading and writing all
 * records of a kind (`bulk`), everything that a Databricks run hangs on (`databricks`), waiting for other workflows (`wait`):
 * on a queue that those need, too, the ones that wait could keep out what they wait for; and sending at a pace (`paced`),
 * which may take all day and mostly sleeps.
 */
export const ACTIVITY_QUEUES = [
  'pinflow-io',
  'pinflow-bulk',
  'pinflow-databricks',
  'pinflow-wait',
  'pinflow-paced',
] as const;
export type ActivityQueue = (typeof ACTIVITY_QUEUES)[number];

/** Every queue that a worker can host; the first one has the workflow tasks. */
export const QUEUES = [TASK_QUEUE, ...ACTIVITY_QUEUES] as const;
export type Queue = (typeof QUEUES)[number];
