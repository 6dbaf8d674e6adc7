import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A moment of a process: milliseconds since 1970, and the CPU time that it has used so far. */
export interface Mark {
  readonly at: number;
  readonly cpuSeconds: number;
}

/** What the work of a process took. */
export interface Measurement {
  /** From where it began to the last record in its place. */
  readonly seconds: number;
  /** Of the whole process, its start included. */
  readonly cpuSeconds: number;
  /** From the call of the program until it could begin. */
  readonly startSeconds: number;
  readonly startCpuSeconds: number;
  /** Those that the program has told, by name. */
  readonly marks: Readonly<Record<string, Mark>>;
}

export interface ProcessCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Runs a program that prints as its last line, in JSON, the marks between which it has worked. */
export async function measureProcess({ program, args, env, signal }: ProcessCall): Promise<Measurement> {
  const called = Date.now();
  const { stdout } = await run(program, args, { env, signal });
  const marks = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { began: Mark; ended: Mark };
  const { began, ended } = marks;
  return {
    seconds: (ended.at - began.at) / 1_000,
    cpuSeconds: ended.cpuSeconds,
    startSeconds: (began.at - called) / 1_000,
    startCpuSeconds: began.cpuSeconds,
    marks,
  };
}
