import { claimStack, releaseStack } from './claim-stack.ts';
import type { Report } from './engine.ts';
import { stopEngines, stopAttached } from './stop-recorded.ts';

export interface StopStackOptions {
  readonly stateDirectory: string;
  readonly report?: Report;
}

/**
 * Stops everything that the record of the state folder names, workers and clients first, and returns when nothing of it runs.
 * @throws PinflowError STACK_IN_USE when another command that still runs holds it
 */
export async function stopStack({ stateDirectory, report = () => {} }: StopStackOptions): Promise<void> {
  const { attached } = claimStack(stateDirectory);
  try {
    await stopAttached(stateDirectory, attached, report);
    await stopEngines(stateDirectory, report);
  } finally {
    releaseStack(stateDirectory);
  }
}
