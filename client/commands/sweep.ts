import type { Config } from '../../config/schema.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { type SweepInput, sweepId, type SweepResult } from '../../domain/sweep.ts';
import { sweepRuns } from '../../workflows/sweep-runs.ts';
import { connectClient } from '../connect.ts';
import { formatTable } from '../format-table.ts';

/** Cancels the Databricks runs that outlived their workflows, or only looks for them, and says what it found. */
export async function sweep(config: Config, input: SweepInput): Promise<void> {
  const client = await connectClient(config.temporal);
  const result = await client.workflow.execute(sweepRuns, {
    workflowId: sweepId(input),
    taskQueue: TASK_QUEUE,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  for (const line of describeSweep(result)) console.log(line);
  await client.connection.close();
}

export function describeSweep({ looked, orphans }: SweepResult): string[] {
  if (orphans.length === 0) return [`looked at ${looked} active Databricks runs: no orphan`];
  return [
    `looked at ${looked} active Databricks runs: ${orphans.length} without a running workflow`,
    ...formatTable(
      ['workflow', 'databricks run', 'outcome'],
      orphans.map(({ workflowId, runId, outcome }) => [workflowId, runId, outcome]),
    ),
  ];
}
