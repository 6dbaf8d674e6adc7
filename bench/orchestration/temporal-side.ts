import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Activities } from '../../activities/index.ts';
import { withFailures } from '../../activities/failure.ts';
import { withHeartbeats } from '../../activities/heartbeat.ts';
import type { Config } from '../../config/schema.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { createWorkers } from '../../worker/create.ts';
import { runWorkers } from '../../worker/run-workers.ts';
import type { threeNoOps } from './three-no-ops.ts';

export interface TemporalSide {
  /** Starts one workflow and waits for its result. */
  runOnce(id: string): Promise<void>;
  stop(): Promise<void>;
}

/** Workers as the worker process makes them, with another workflow and another activity. */
export async function startTemporalSide({ address, namespace }: Config['temporal']): Promise<TemporalSide> {
  const logger = new DefaultLogger('ERROR');
  // The bench itself answers signals.
  Runtime.install({ logger, shutdownSignals: [] });
  const [connection, native] = await Promise.all([
    Connection.connect({ address }),
    NativeConnection.connect({ address }),
  ]);
  const client = new Client({ connection, namespace });
  const activities = withFailures(withHeartbeats({ noOp: async () => undefined }));
  const workers = await createWorkers([TASK_QUEUE, 'pinflow-io'], {
    ...{ connection: native, namespace, deployment: undefined },
    activities: activities as unknown as Activities,
    loadBundle: async () => {
      const workflowsPath = `${import.meta.dirname}/three-no-ops.ts`;
      return (await bundleWorkflowCode({ workflowsPath, logger })).code;
    },
  });
  const ended = runWorkers([...workers.values()]);
  return {
    runOnce: (workflowId) =>
      Promise.race([
        client.workflow.execute<typeof threeNoOps>('threeNoOps', { workflowId, taskQueue: TASK_QUEUE }),
        ended,
      ]),
    stop: async () => {
      for (const worker of workers.values()) worker.shutdown();
      await ended;
      await Promise.all([connection.close(), native.close()]);
    },
  };
}
