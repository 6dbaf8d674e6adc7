import { fileURLToPath } from 'node:url';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import { TASK_QUEUE } from '../domain/run.ts';

export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly activities: Activities;
  /** URL of the workflow bundle's entry module. */
  readonly workflows: string;
}

export function createWorker({ connection, namespace, activities, workflows }: WorkerOptions): Promise<Worker> {
  return Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowsPath: fileURLToPath(workflows),
    activities,
    // Emulation and landing run three at a time, so this leaves room for several dates.
    maxConcurrentActivityTaskExecutions: 24,
    maxCachedWorkflows: 200,
    // A killed worker's workflow tasks wait this long for it before another worker gets them (default 10 s).
    stickyQueueScheduleToStartTimeout: '2 seconds',
    // Unlimited, a heartbeat is held back for 80 % of its time-out, and a cancellation arrives only with one.
    maxHeartbeatThrottleInterval: '2 seconds',
    shutdownGraceTime: '10 seconds',
    shutdownForceTime: '30 seconds',
  });
}
