import type { WorkCall, WorkEnd, WorkOptions } from './compute.ts';
import type { Executor } from './executor.ts';
import { ABORTED, untilAborted } from './until-aborted.ts';

/** Runs work on a process as soon as its Spark is up. Nobody knows what goes on in one that gave no end of the work's own. */
export async function runOnProcess(
  process: Pick<Executor, 'failure' | 'execute'>,
  call: WorkCall,
  { signal, onStart }: WorkOptions,
): Promise<WorkEnd> {
  const failure = await untilAborted(process.failure, signal);
  if (failure === ABORTED) return { kind: 'stopped' };
  if (failure !== undefined) return { kind: 'lost', message: failure };
  onStart();
  const end = await untilAborted(process.execute(call), signal);
  return end === ABORTED ? { kind: 'stopped' } : end;
}

/** Whether the process goes on as before. */
export function isFromWork({ kind }: WorkEnd): boolean {
  return kind === 'exited' || kind === 'raised';
}
