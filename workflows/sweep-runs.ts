import type { SweepInput, SweepResult } from '../domain/sweep.ts';
import { brief } from './proxies.ts';

/** Cancels the Databricks runs that outlived their workflows. */
export async function sweepRuns(input: SweepInput): Promise<SweepResult> {
  return brief.sweepRuns(input);
}
