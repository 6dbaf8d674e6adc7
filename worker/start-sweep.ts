import type { Client } from '@temporalio/client';
import { TASK_QUEUE } from '../domain/run.ts';
import { sweepId } from '../domain/sweep.ts';
import type { sweepRuns } from '../workflows/sweep-runs.ts';

/** Starts a search for Databricks runs that outlived their workflows, or leaves it to the one that is under way. */
export async function startSweep(client: Client): Promise<void> {
  const input = { dryRun: false };
  await client.workflow.start<typeof sweepRuns>('sweepRuns', {
    workflowId: sweepId(input),
    taskQueue: TASK_QUEUE,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'look for Databricks runs without a workflow',
  });
}
