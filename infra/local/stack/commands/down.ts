import { readRecord } from '../stack-record.ts';
import { stopStack } from '../stop-stack.ts';
import type { CommandContext } from './command-context.ts';

/** Stops everything that runs for this state folder. */
export async function runDown({ stateDirectory, print }: CommandContext): Promise<number> {
  const { engines, attached } = readRecord(stateDirectory);
  await stopStack({ stateDirectory, report: print });
  print(engines.length + attached.length === 0 ? 'the stack was not running' : 'the stack is down');
  return 0;
}
