import type { MwaaStatus } from '../domain/mwaa.ts';
import { mwaa } from './proxies.ts';

/** Tells how the MWAA environment is, and the DAG of a pipeline in it: the credentials are with the workers. */
export async function readMwaa(pipeline: string): Promise<MwaaStatus> {
  return mwaa.readMwaa(pipeline);
}
