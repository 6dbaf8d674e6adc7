import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import type { Config } from '../config/schema.ts';
import type { Queue } from '../domain/queues.ts';
import { TASK_QUEUE } from '../domain/run.ts';
import { QUEUE_OPTIONS } from './queue-options.ts';

export interface WorkerContext {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly activities: Activities;
  /** Code of the workflow bundle; asked for only by the worker of workflows. */
  readonly loadBundle: () => Promise<string>;
  readonly deployment: Config['worker']['deployment'];
}

/** One worker for each queue. */
export async function createWorkers(queues: readonly Queue[], context: WorkerContext): Promise<Map<Queue, Worker>> {
  const created = queues.map(
    async (queue) => [queue, await Worker.create(await describeWorker(queue, context))] as const,
  );
  return new Map(await Promise.all(created));
}

/** The worker of one queue: workflows and no activities, or activities and no workflows. */
export async function describeWorker(queue: Queue, context: WorkerContext): Promise<WorkerOptions> {
  const { connection, namespace, activities, loadBundle, deployment } = context;
  return {
    connection,
    namespace,
    taskQueue: queue,
    ...(queue === TASK_QUEUE ? { workflowBundle: { code: await loadBundle() } } : { activities }),
    ...QUEUE_OPTIONS[queue],
    // A killed worker's workflow tasks wait this long for it before another worker gets them (default 10 s).
    stickyQueueScheduleToStartTimeout: '2 seconds',
    // Unlimited, a heartbeat is held back for 80 % of its time-out, and a cancellation arrives only with one.
    maxHeartbeatThrottleInterval: '2 seconds',
    shutdownGraceTime: '10 seconds',
    shutdownForceTime: '30 seconds',
    ...(deployment && { workerDeploymentOptions: describeDeployment(deployment) }),
  };
}

/** A run ends on the build that it began on: it is shorter than a day, so that no code has to replay another's history. */
function describeDeployment({ name, build }: NonNullable<Config['worker']['deployment']>) {
  return {
    version: { deploymentName: name, buildId: build },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'PINNED',
  } as const;
}
