import { join } from 'node:path';
import { cacheDirectory, inheritedEnvironment, stateDirectory } from '../../config/load.ts';
import { PinflowError } from '../../domain/errors.ts';
import { showProgress } from './setup/progress.ts';
import { AIRFLOW_VERSIONS } from './setup/setup-work.ts';
import { prepareToolchain } from './setup/toolchain.ts';
import type { CommandContext } from './stack/commands/command-context.ts';
import { planCommand, type PlannedCommand } from './stack/commands/plan-command.ts';
import { withTestStack } from './stack/commands/with-test-stack.ts';

/** `npm start`, `npm test` and `npm run local:*`: reads the command line, then does what it says. */

const checkout = join(import.meta.dirname, '..', '..');
// npm runs scripts in the project's folder and says in INIT_CWD where the user was.
const directory = inheritedEnvironment()['INIT_CWD'] ?? process.cwd();
process.chdir(checkout);

const interrupted = new AbortController();
let exitCodeOfSignal: number | undefined;
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
for (const [signal, exitCode] of Object.entries(SIGNALS)) {
  process.on(signal, () => {
    if (interrupted.signal.aborted) return;
    interrupted.abort();
    exitCodeOfSignal = exitCode;
    console.error('stopping what this command started');
  });
}
// A reader that goes away (`npm start | head`) must not keep the engines from being stopped.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});

async function runTests(lanes: readonly string[], context: CommandContext): Promise<number> {
  const { runLanes, selectLanes } = await import('../../test/run-lanes.ts');
  const withAirflow = selectLanes(lanes).includes('airflow') ? AIRFLOW_VERSIONS : [];
  const toolchain = await context.prepareToolchain({ withAirflow });
  return runLanes(lanes, {
    ...context,
    root: checkout,
    cache: context.cacheDirectory,
    toolchain,
    withStack: (run) => withTestStack(context, toolchain, run),
  });
}

function fail(error: unknown, exitCode: number): number {
  if ((error as { code?: unknown }).code === 'commander.helpDisplayed') return 0;
  console.error(error instanceof PinflowError ? error.report : error);
  return exitCode;
}

async function main(): Promise<number> {
  let run: PlannedCommand;
  try {
    run = planCommand(process.argv.slice(2), { directory, now: new Date(), runTests });
  } catch (error) {
    return fail(error, 2);
  }
  const cache = cacheDirectory();
  try {
    const exitCode = await run({
      checkout,
      stateDirectory: stateDirectory(),
      cacheDirectory: cache,
      prepareToolchain: (options) =>
        showProgress((report) => prepareToolchain({ cache, report, checkout, ...options })),
      signal: interrupted.signal,
      print: (line) => console.log(line),
    });
    return exitCodeOfSignal ?? exitCode;
  } catch (error) {
    return exitCodeOfSignal ?? fail(error, 1);
  }
}

process.exitCode = await main();
