import type { TriggerInput, TriggerResult } from '../domain/mwaa.ts';
import { mwaa } from './proxies.ts';

/** Starts the DAG run of a date in Airflow, or finds the one there is. */
export async function triggerDag(input: TriggerInput): Promise<TriggerResult> {
  return mwaa.triggerDag(input);
}
