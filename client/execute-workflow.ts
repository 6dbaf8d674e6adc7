import type { Workflow, WorkflowResultType } from '@temporalio/client';
import type { Config } from '../config/schema.ts';
import { TASK_QUEUE } from '../domain/run.ts';
import { connectClient } from './connect.ts';

export interface Execution<T extends Workflow> {
  readonly workflow: T;
  readonly workflowId: string;
  readonly args: Parameters<T>;
  /** Called once Temporal has answered. */
  readonly onConnected?: () => void;
}

/** Waits for the workflow, and for one that somebody else has started with this id. */
export async function executeWorkflow<T extends Workflow>(
  { temporal }: Config,
  { workflow, workflowId, args, onConnected }: Execution<T>,
): Promise<WorkflowResultType<T>> {
  const client = await connectClient(temporal);
  onConnected?.();
  try {
    const options = { workflowId, taskQueue: TASK_QUEUE, workflowIdConflictPolicy: 'USE_EXISTING' } as const;
    const handle = await client.workflow.start<Workflow>(workflow, { ...options, args });
    return (await handle.result()) as WorkflowResultType<T>;
  } finally {
    await client.connection.close();
  }
}
