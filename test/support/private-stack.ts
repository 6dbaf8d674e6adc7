import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory, loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { EngineName } from '../../infra/local/stack/engine.ts';
import { createEngine } from '../../infra/local/stack/engines.ts';
import { awaitReady } from '../../infra/local/stack/readiness.ts';
import { type StartedProcess, startProcess } from '../../infra/local/stack/start-process.ts';
import { type Stack, startStack } from '../../infra/local/stack/start-stack.ts';
import { listStackVariables } from '../../infra/local/stack/stack-variables.ts';
import { ROOT } from './processes.ts';
import { readToolchain } from './read-toolchain.ts';

/** Engines of a test's own, which it may kill, pause and start again. */
export class PrivateStack {
  /** Where the engines keep their state. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly config: Config;
  readonly #stack: Stack;
  readonly #processes: Map<string, StartedProcess>;

  /** `folder`: an empty one of the test's, for example on a disk of its own. */
  static async start(engines: readonly EngineName[], folder = makeFolder()): Promise<PrivateStack> {
    const stack = await startStack({
      toolchain: readToolchain(),
      checkout: ROOT,
      stateDirectory: folder,
      cacheDirectory: cacheDirectory(),
      engines,
      ports: 'free',
      report: () => undefined,
    });
    return new PrivateStack(stack);
  }

  private constructor(stack: Stack) {
    this.#stack = stack;
    this.#processes = new Map(stack.processes.map((started) => [started.name, started]));
    this.folder = stack.stateDirectory;
    this.variables = listStackVariables(stack);
    this.config = loadConfig({ PINFLOW_STATE: this.folder, ...this.variables });
  }

  /** The environment for a process that uses these engines and, for the rest, those of the lane. */
  pick(...names: readonly string[]): Record<string, string> {
    return Object.fromEntries(Object.entries(this.variables).filter(([name]) => names.includes(name)));
  }

  signal(name: EngineName, signal: NodeJS.Signals): void {
    process.kill(this.#find(name).record.pid, signal);
  }

  /** Resolves when the engine is gone, by itself or by a signal, with a sentence that says how. */
  awaitEnd(name: EngineName): Promise<string> {
    return this.#find(name).ended;
  }

  /** Ends the engine by the signal and returns when it is gone. */
  async end(name: EngineName, signal: NodeJS.Signals): Promise<void> {
    this.signal(name, signal);
    await this.#find(name).ended;
  }

  /** Starts an engine again that has ended, on the same state; resolves when it answers. */
  async restart(name: EngineName): Promise<void> {
    const plan = { ...this.#stack, toolchain: readToolchain(), checkout: ROOT, cacheDirectory: cacheDirectory() };
    const engine = createEngine(name, plan, () => undefined);
    const started = startProcess(engine, this.folder);
    this.#processes.set(name, started);
    await awaitReady(engine, started, { signal: AbortSignal.timeout(120_000) });
  }

  /** Last lines of the engine's log. */
  quoteLog(name: EngineName): string {
    return this.#find(name).quoteLog();
  }

  async stop(): Promise<void> {
    for (const { record } of this.#processes.values()) {
      // Those that were started again are in no record.
      for (const signal of ['SIGCONT', 'SIGTERM'] as const) {
        try {
          process.kill(-record.pid, signal);
        } catch {
          // It has ended.
        }
      }
    }
    await Promise.all([...this.#processes.values()].map(({ ended }) => ended));
    await this.#stack.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #find(name: EngineName): StartedProcess {
    const found = this.#processes.get(name);
    if (found === undefined) throw new Error(`this stack has no ${name}`);
    return found;
  }
}

function makeFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-private-')));
}
