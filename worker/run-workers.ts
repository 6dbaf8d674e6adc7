import type { Worker } from '@temporalio/worker';

/** As much of a worker as it takes to run it. */
export type RunnableWorker = Pick<Worker, 'run' | 'shutdown' | 'getState'>;

/**
 * Runs all workers until all have ended. The SDK drains them when the process is told to stop. When one fails the others
 * are drained, too: a process that serves only some of its queues would look healthy.
 * @throws the first error of a worker
 */
export async function runWorkers(workers: readonly RunnableWorker[]): Promise<void> {
  const runs = workers.map((worker) =>
    worker.run().catch((error: unknown) => {
      for (const other of workers) if (other.getState() === 'RUNNING') other.shutdown();
      throw error;
    }),
  );
  await Promise.allSettled(runs);
  await Promise.all(runs);
}
