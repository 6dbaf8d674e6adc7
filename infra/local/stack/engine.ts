import type { Toolchain } from '../setup/toolchain.ts';
import type { StackPorts } from './ports.ts';
import type { Secrets } from './secrets.ts';

export type EngineName = 'temporal' | 's3' | 'kafka' | 'kinesis' | 'databricks' | 'gateway';

export type Variables = Readonly<Record<string, string | undefined>>;

/** One line for the person at the terminal. */
export type Report = (line: string) => void;

/** What is known about a stack without having its tools: enough to ask whether it answers. */
export interface StackFacts {
  readonly stateDirectory: string;
  readonly ports: StackPorts;
  readonly secrets: Secrets;
}

/** What an engine's command line is made from. */
export interface StackPlan extends StackFacts {
  readonly toolchain: Toolchain;
  readonly checkout: string;
  readonly cacheDirectory: string;
  /** Environment of every process: the user's own plus where the stack is. */
  readonly environment: Variables;
}

/** One process to run and how to tell that it is ready. */
export interface Engine {
  readonly name: EngineName | 'worker';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Variables;
  readonly cwd: string;
  /** Where a person or a client reaches it. */
  readonly address: string;
  readonly dependsOn: readonly EngineName[];
  /** Makes the files and folders that the process needs. */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
  /** Asks once: resolves when a real request was answered, rejects with the reason otherwise. */
  readonly ready: () => Promise<void>;
  /** What is left to do once it is ready and before others may use it. */
  readonly settle?: (signal: AbortSignal) => Promise<void>;
}
