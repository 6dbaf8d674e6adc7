import type { Config } from '../../config/schema.ts';
import { type SweepInput, sweepId, type SweepResult } from '../../domain/sweep.ts';
import { sweepRuns } from '../../workflows/sweep-runs.ts';
import { executeWorkflow } from '../execute-workflow.ts';
import { formatTable } from '../format-table.ts';

/** Cancels the Databricks runs that outlived their workflows, or only looks for them, and says what it found. */
export async function sweep(config: Config, input: SweepInput): Promise<void> {
  const result = await executeWorkflow(config, { workflow: sweepRuns, workflowId: sweepId(input), args: [input] });
  for (const line of describeSweep(result)) console.log(line);
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
