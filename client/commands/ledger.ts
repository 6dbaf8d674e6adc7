import type { Config } from '../../config/schema.ts';
import { checkRun } from '../../domain/daily-start.ts';
import { findImbalances, isComplete } from '../../domain/ledger.ts';
import type { LedgerView, RunPipelineInput } from '../../domain/run.ts';
import { ledgerQuery } from '../../workflows/messages.ts';
import { connectClient } from '../connect.ts';
import { formatLedger } from '../format-ledger.ts';
import { rejectUnknownRun } from '../reject-unknown-run.ts';

/** Prints what the run of a date has counted, also while it runs and after it failed. Answers whether it balances. */
export async function printLedger(config: Config, input: RunPipelineInput): Promise<boolean> {
  const { workflowId } = checkRun(input);
  const client = await connectClient(config.temporal);
  const handle = client.workflow.getHandle(workflowId);
  try {
    const view = await handle.query(ledgerQuery).catch(rejectUnknownRun(`run "${workflowId}"`));
    const { status } = await handle.describe();
    console.log(`${workflowId}: ${status.name.toLowerCase()}`);
    for (const line of formatLedger(view)) console.log(line);
    const problems = findProblems(view);
    console.log(['', ...(problems.length === 0 ? ['balanced'] : problems)].join('\n'));
    return problems.length === 0;
  } finally {
    await client.connection.close();
  }
}

function findProblems({ counts }: LedgerView): string[] {
  return isComplete(counts) ? findImbalances(counts) : ['not every station is counted yet'];
}
