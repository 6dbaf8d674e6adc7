import { readStatus } from '../read-status.ts';
import { startStack } from '../start-stack.ts';
import type { CommandContext } from './command-context.ts';
import { formatColumns } from './format-columns.ts';

/** Brings the stack up, leaves it up and says where everything is. */
export async function runUp(context: CommandContext): Promise<number> {
  const { stateDirectory, print } = context;
  const toolchain = await context.prepareToolchain();
  context.signal.throwIfAborted();
  const stack = await startStack({ ...context, toolchain, report: print });
  stack.leaveUp();
  const engines = await readStatus({ stateDirectory });
  print('');
  const rows = engines.map(({ name, process }) => [name, process?.address ?? '', process?.log ?? '']);
  for (const line of formatColumns(['engine', 'address', 'log'], rows)) print(line);
  print('\nstart a worker with: npm run worker; stop the stack with: npm run local:down');
  return 0;
}
