import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory, loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { showProgress } from '../infra/local/setup/progress.ts';
import { prepareToolchain, type SetupRequest, type Toolchain } from '../infra/local/setup/toolchain.ts';
import type { EngineName } from '../infra/local/stack/engine.ts';
import { type Stack, startStack } from '../infra/local/stack/start-stack.ts';

/** Engines of a bench's own, on ports that nobody uses, in a folder that goes with them. */
export interface BenchStack {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  readonly toolchain: Toolchain;
  readonly folder: string;
  /** Aborted when the bench is told to end. */
  readonly signal: AbortSignal;
  readonly processes: Stack['processes'];
  /** Ends the engines; what they have written stays. */
  readonly stop: () => Promise<void>;
  /** Ends the engines and removes the folder. */
  readonly close: () => Promise<void>;
}

export async function openStack(input: {
  readonly engines: readonly EngineName[];
  readonly withAirflow?: SetupRequest['withAirflow'];
}): Promise<BenchStack> {
  const [cache, checkout] = [cacheDirectory(), join(import.meta.dirname, '..')];
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-bench-')));
  const stopped = new AbortController();
  const { signal } = stopped;
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
  const toolchain = await showProgress((report) =>
    prepareToolchain({ cache, checkout, report, withAirflow: input.withAirflow ?? [] }),
  );
  const stack = await startStack({
    ...{ toolchain, checkout, stateDirectory: join(folder, 'stack'), cacheDirectory: cache, signal },
    ...{ engines: input.engines, ports: 'free', report: console.log },
  });
  return {
    ...{ config: loadConfig(stack.environment), environment: stack.environment, toolchain, folder, signal },
    ...{ processes: stack.processes, stop: () => stack.stop() },
    async close() {
      await stack.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
