import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inheritedEnvironment } from '../../../../config/load.ts';
import { classArchivePath } from '../class-archive.ts';
import type { CommandContext } from './command-context.ts';

/** Fixed, so that the same line of a client works every time; the server is for this machine only. */
const PORT = '8650';
const TOKEN = 'local';

/** Runs the Databricks server alone, for clients of others, until it is interrupted. */
export async function runDatabricks(context: CommandContext): Promise<number> {
  const { checkout, stateDirectory, cacheDirectory, print, signal } = context;
  const { java, python, deltaJars } = await context.prepareToolchain();
  signal.throwIfAborted();
  const state = join(stateDirectory, 'databricks-alone');
  mkdirSync(state, { recursive: true });
  print(`databricks: http://127.0.0.1:${PORT}, token ${TOKEN}; its pages are at the same address; stop it with Ctrl-C`);
  const server = spawn(
    process.execPath,
    [
      join(checkout, 'infra/local/databricks/main.ts'),
      ...['--port', PORT, '--token', TOKEN, '--state', state, '--notebooks', join(checkout, 'notebooks')],
      ...['--python', python, '--delta-jars', deltaJars],
      ...['--class-archive', classArchivePath(cacheDirectory, 'spark', [java, python, deltaJars])],
    ],
    {
      stdio: 'inherit',
      // A terminal sends Ctrl-C to both; the server ends by itself.
      env: { ...inheritedEnvironment(), JAVA_HOME: dirname(dirname(realpathSync(java))) },
    },
  );
  signal.addEventListener('abort', () => server.kill('SIGTERM'));
  const [code] = (await once(server, 'exit')) as [number | null];
  return code ?? 1;
}
