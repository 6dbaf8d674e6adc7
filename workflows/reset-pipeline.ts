import { quick } from './proxies.ts';

/** Empties a pipeline of the local stack. */
export async function resetPipeline(pipeline: string): Promise<{ objects: number }> {
  return quick.emptyPipeline(pipeline);
}
