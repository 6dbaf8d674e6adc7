import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Toolchain } from '../../setup/toolchain.ts';
import { startStack } from '../start-stack.ts';
import { listStackVariables } from '../stack-variables.ts';
import { stopStack } from '../stop-stack.ts';
import type { CommandContext } from './command-context.ts';

/**
 * Runs tests against a stack of their own: a fresh state folder and free ports, so that a stack of the user's goes on
 * undisturbed. The tests get the stack's variables, and the tools for starting engines themselves as JSON.
 */
export async function withTestStack(
  context: CommandContext,
  toolchain: Toolchain,
  run: (env: Readonly<Record<string, string>>) => Promise<number>,
): Promise<number> {
  const { cacheDirectory, print } = context;
  const stateDirectory = join(context.stateDirectory, 'test-stack');
  await stopStack({ stateDirectory, report: print });
  rmSync(stateDirectory, { recursive: true, force: true });
  const stack = await startStack({ ...context, stateDirectory, toolchain, ports: 'free', report: print });
  try {
    return await run({
      ...listStackVariables(stack),
      PINFLOW_STATE: stateDirectory,
      PINFLOW_CACHE: cacheDirectory,
      PINFLOW_TEST_TOOLCHAIN: JSON.stringify(toolchain),
      PINFLOW_TEST_TEMPORAL_HTTP: `http://127.0.0.1:${stack.ports.temporalHttp}`,
    });
  } finally {
    await stack.stop();
  }
}
