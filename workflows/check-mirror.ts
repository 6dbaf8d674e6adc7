import type { MirrorInput, MirrorResult } from '../domain/mwaa.ts';
import { mwaa } from './proxies.ts';

/** Compares what Airflow says of each date with what Temporal says. */
export async function checkMirror(input: MirrorInput): Promise<MirrorResult> {
  return mwaa.readMirror(input);
}
