import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { TaskValues, WorkCall, WorkEnd } from './compute.ts';
import { endProcesses, findSession } from './process-tree.ts';

export interface ExecutorStorage {
  /** Folder of the workspace's root. */
  readonly workspace: string;
  /** Folders that appear in it, by workspace path. */
  readonly mounts: readonly { readonly path: string; readonly folder: string }[];
  readonly dbfs: string;
  readonly volumes: string;
}

export interface ExecutorOptions {
  /** Interpreter with pyspark. */
  readonly python: string;
  /** The Python package beside this file. */
  readonly executorPackage: string;
  readonly deltaJars: string;
  /** Archive of JVM classes, which may not exist yet. */
  readonly classArchive: string | undefined;
  /** Folders on the module path of every task, as a library of the cluster is. */
  readonly modules: readonly string[];
  /** Folder for the warehouse, scratch folders and logs. */
  readonly state: string;
  /** Where the paths that work names lead. */
  readonly storage: ExecutorStorage;
  /** Ends with the first task or run that it works for: quick compiler only. */
  readonly shortLived: boolean;
  readonly warmUp: boolean;
}

/** A JVM starts in 3 to 14 s and warms up in 8 to 30 s on two cores; a machine under load gets ten times that. */
const START_TIMEOUT_MS = 300_000;

interface Ending {
  readonly result: string | null;
  readonly truncated: boolean;
  readonly error: string | null;
  readonly error_trace: string | null;
  readonly task_values: TaskValues;
}
type Answer = { readonly up: string } | { readonly warm: true } | { readonly ending: Ending };

const LOST: WorkEnd = { kind: 'lost', message: 'The process of the cluster ended under its work.' };

/** One Python process with its JVM, which works on one task at a time. */
export class Executor {
  /** Resolves when Spark is up, to undefined, or when it will not be, to the reason. */
  readonly failure: Promise<string | undefined>;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Resolves when the warm-up is over, or was left to a notebook; never when Spark does not come up. */
  readonly warm: Promise<void>;
  /** Undefined until Spark is up. */
  sparkVersion: string | undefined;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #scratch: string;
  readonly #up = Promise.withResolvers<undefined>();
  readonly #warm = Promise.withResolvers<void>();
  /** Hears the end of the work in hand. One for all work: listeners of `ended` would keep every result until then. */
  #onWorkEnd: (end: WorkEnd) => void = () => undefined;
  #hasEnded = false;
  #stopping: Promise<void> | undefined;

  constructor(options: ExecutorOptions) {
    const name = randomUUID();
    this.#scratch = join(options.state, 'executors', name);
    mkdirSync(this.#scratch, { recursive: true });
    mkdirSync(join(options.state, 'logs'), { recursive: true });
    const logFile = join(options.state, 'logs', `executor-${name}.log`);
    const log = openSync(logFile, 'a');
    this.#process = spawn(options.python, commandLine(options, this.#scratch), {
      cwd: dirname(options.executorPackage),
      // A session of its own, so that it can be ended with everything it started.
      detached: true,
      stdio: ['pipe', 'pipe', log],
      // The overloads of spawn know no file descriptor in this place.
    }) as ChildProcessByStdio<Writable, Readable, null>;
    closeSync(log);
    this.#process.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.#process.once('exit', () => resolve());
      this.#process.once('error', () => resolve());
    });
    void this.ended.then(() => {
      this.#hasEnded = true;
      this.#onWorkEnd(LOST);
    });
    this.failure = this.#awaitUp(logFile);
    this.warm = this.#warm.promise;
    createInterface(this.#process.stdout).on('line', (line) => this.#take(line));
  }

  /** Runs one piece of work to its end. Not to be called while another one runs. */
  execute({ cluster: _, ...call }: WorkCall): Promise<WorkEnd> {
    return new Promise((resolve) => {
      this.#onWorkEnd = resolve;
      if (this.#hasEnded) resolve(LOST);
      else this.#process.stdin.write(`${JSON.stringify(call)}\n`);
    });
  }

  /** Ends the process with everything it started; resolves when none of it is left. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const leader = this.#process.pid;
    if (leader !== undefined) {
      await endProcesses(() => findSession(leader));
      await this.ended;
    }
    // What work made unremovable stays until the next start of the server; the work has ended all the same.
    await rm(this.#scratch, { recursive: true, force: true }).catch(() => undefined);
  }

  #take(line: string): void {
    const answer = parseAnswer(line);
    if (answer === undefined) return;
    if ('ending' in answer) this.#onWorkEnd(toWorkEnd(answer.ending));
    else if ('warm' in answer) this.#warm.resolve();
    else {
      this.sparkVersion = answer.up;
      this.#up.resolve(undefined);
    }
  }

  async #awaitUp(logFile: string): Promise<string | undefined> {
    const late = Promise.withResolvers<string>();
    const timer = setTimeout(() => {
      late.resolve(`was not up after ${START_TIMEOUT_MS / 1000} s`);
      void this.stop();
    }, START_TIMEOUT_MS);
    const dead = this.ended.then(() => 'ended while it started');
    const problem = await Promise.race([this.#up.promise, dead, late.promise]);
    clearTimeout(timer);
    return problem && `the Spark executor ${problem}; its log is "${logFile}"`;
  }
}

function commandLine(options: ExecutorOptions, scratch: string): string[] {
  const { workspace, mounts, dbfs, volumes } = options.storage;
  return [
    ...['-u', '-m', 'executor', '--delta-jars', options.deltaJars, '--scratch', scratch],
    ...['--warehouse', join(options.state, 'warehouse')],
    ...(options.classArchive === undefined ? [] : ['--class-archive', options.classArchive]),
    ...options.modules.flatMap((folder) => ['--modules', folder]),
    ...['--workspace', workspace, '--dbfs', dbfs, '--volumes', volumes],
    ...mounts.flatMap(({ path, folder }) => ['--mount', `${path}=${folder}`]),
    ...(options.shortLived ? ['--short-lived'] : []),
    ...(options.warmUp ? ['--warm-up'] : []),
  ];
}

/** Undefined for the rest of an answer during which the process was killed: that comes as a last line. */
function parseAnswer(line: string): Answer | undefined {
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return undefined;
  }
}

function toWorkEnd({ result, truncated, error, error_trace: errorTrace, task_values: taskValues }: Ending): WorkEnd {
  if (error !== null) return { kind: 'raised', error, errorTrace: errorTrace ?? '', taskValues };
  return { kind: 'exited', result, truncated, taskValues };
}
