import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inheritedEnvironment } from '../../../../config/load.ts';
import { databricksProcess } from '../databricks.ts';
import type { CommandContext } from './command-context.ts';

/** Fixed, so that the same line of a client works every time; the server is for this machine only. */
const PORT = 8650;
const TOKEN = 'local';

/** Runs the Databricks server alone, for clients of others, until it is interrupted. */
export async function runDatabricks(context: CommandContext): Promise<number> {
  const { stateDirectory, print, signal } = context;
  const toolchain = await context.prepareToolchain();
  signal.throwIfAborted();
  const state = join(stateDirectory, 'databricks-alone');
  mkdirSync(state, { recursive: true });
  print(`databricks: http://127.0.0.1:${PORT}, token ${TOKEN}; its pages are at the same address; stop it with Ctrl-C`);
  const { command, args, env } = databricksProcess(
    { ...context, toolchain, environment: inheritedEnvironment() },
    { port: PORT, state, spares: 1, token: TOKEN },
  );
  // A terminal sends Ctrl-C to both; the server ends by itself.
  const server = spawn(command, args, { stdio: 'inherit', env });
  signal.addEventListener('abort', () => server.kill('SIGTERM'));
  const [code] = (await once(server, 'exit')) as [number | null];
  return code ?? 1;
}
