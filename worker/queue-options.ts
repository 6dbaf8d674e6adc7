import type { WorkerOptions } from '@temporalio/worker';
import type { Queue } from '../domain/queues.ts';

/** What one worker takes from each queue at a time. */
export const QUEUE_OPTIONS = {
  // The SDK's own limit follows from the heap and counts workflows without weighing them: 2,300 at 4 GB.
  pinflow: { maxCachedWorkflows: 200 },
  // They wait for S3, Kafka and Temporal; a date has at most three at a time.
  'pinflow-io': { maxConcurrentActivityTaskExecutions: 24 },
  // They hash and parse on the one event loop that every heartbeat needs, too. Six are two dates of three kinds.
  'pinflow-bulk': { maxConcurrentActivityTaskExecutions: 6 },
  'pinflow-databricks': {
    // They sleep between two looks at a run. A submit or a cancel must not wait behind those that look.
    maxConcurrentActivityTaskExecutions: 100,
    // Databricks takes 20 submits a second from a workspace, and other teams submit there as well. All workers together.
    maxTaskQueueActivitiesPerSecond: 10,
  },
  // One long poll each; two backfills at their widest.
  'pinflow-wait': { maxConcurrentActivityTaskExecutions: 100 },
  // They sleep between two requests, each for up to a day.
  'pinflow-paced': { maxConcurrentActivityTaskExecutions: 100 },
} satisfies Record<Queue, Partial<WorkerOptions>>;
