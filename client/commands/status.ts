import type { Config } from '../../config/schema.ts';
import { checkRun } from '../../domain/daily-start.ts';
import { temporalPage } from '../../domain/names.ts';
import type { RunPipelineInput } from '../../domain/run.ts';
import { connectClient } from '../connect.ts';
import { formatTable } from '../format-table.ts';
import { rejectUnknownRun } from '../reject-unknown-run.ts';
import { describeActivities, lookAtRun } from '../watch-run.ts';

/** Prints how far the run of a date is. */
export async function status(config: Config, input: RunPipelineInput): Promise<void> {
  const { workflowId } = checkRun(input);
  const client = await connectClient(config.temporal);
  const view = await lookAtRun(client.workflow.getHandle(workflowId)).catch(rejectUnknownRun(`run "${workflowId}"`));
  const page = temporalPage(config.temporal, workflowId);
  const late = view.progress?.lateSince === undefined ? '' : `, late since ${view.progress.lateSince}`;
  console.log(`${workflowId}: ${view.status.toLowerCase()}${late}${page === undefined ? '' : `, ${page}`}`);
  if (view.progress === undefined) {
    console.log('no worker answers, so its steps are not known');
  } else {
    const rows = view.progress.steps.map(({ name, state, seconds, detail }) => [
      name,
      state,
      seconds ?? null,
      detail ?? (state === 'running' ? describeActivities(view.activities) : null),
    ]);
    for (const line of formatTable(['step', 'state', 'seconds', 'detail'], rows)) console.log(line);
  }
  await client.connection.close();
}
