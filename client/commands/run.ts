import type { Config } from '../../config/schema.ts';
import { checkRun } from '../../domain/daily-start.ts';
import { temporalPage } from '../../domain/names.ts';
import type { RunPipelineInput, RunPlan } from '../../domain/run.ts';
import { connectClient } from '../connect.ts';
import { showProgress } from '../show-progress.ts';
import { type StartedRun, startRun } from '../start-run.ts';
import { summariseRun } from '../summarise-run.ts';

const WORDS = { started: 'started', attached: 'attached to the running', finished: 'found the finished' } as const;

/** Starts a date, or attaches to its run, shows it to its end and prints the summary. */
export async function run(config: Config, input: RunPipelineInput): Promise<void> {
  const plan = checkRun(input);
  const client = await connectClient(config.temporal);
  await followRun({ config, plan, start: await startRun(client, input, plan) });
  await client.connection.close();
}

interface FollowInput {
  readonly config: Config;
  readonly plan: RunPlan;
  readonly start: StartedRun;
}

/** Shows a run to its end and prints the summary. */
export async function followRun({ config, plan, start: { handle, outcome } }: FollowInput): Promise<void> {
  console.log(`${WORDS[outcome]} run ${plan.workflowId}`);
  if (outcome !== 'finished') await showProgress(handle, process.stdout.isTTY);
  const result = await handle.result();
  const page = temporalPage(config.temporal, plan.workflowId);
  for (const line of summariseRun({ result, landingRoot: config.landing.root, runPage: page })) console.log(line);
}
