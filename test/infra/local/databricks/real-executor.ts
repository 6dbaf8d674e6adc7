import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Work, WorkCall, WorkEnd } from '../../../../infra/local/databricks/clusters/compute.ts';
import { Executor } from '../../../../infra/local/databricks/clusters/executor.ts';
import { readSparkTools } from '../../../support/read-toolchain.ts';

/** What a piece of work left behind. */
export interface Done {
  readonly end: WorkEnd;
  readonly log: string;
  readonly displays: readonly unknown[];
}

type Options = Partial<WorkCall> & { readonly parameters?: Readonly<Record<string, string>> };

/** A process of the executor with real Spark, without the server around it. */
export class RealExecutor {
  /** Has `workspace`, `mount` (the workspace folder /Shared/pinflow), `modules`, `dbfs`, `volumes` and `state`. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-executor-')));
  #executor: Executor;
  #count = 0;

  static async start(): Promise<RealExecutor> {
    const real = new RealExecutor();
    await real.#awaitUp();
    return real;
  }

  private constructor() {
    for (const name of ['workspace', 'mount', 'modules', 'dbfs', 'volumes']) mkdirSync(join(this.folder, name));
    this.#executor = this.#create();
  }

  #create(): Executor {
    const inFolder = (name: string): string => join(this.folder, name);
    return new Executor({
      ...readSparkTools(),
      executorPackage: join(process.cwd(), 'infra/local/databricks/executor'),
      modules: [inFolder('modules'), join(process.cwd(), 'infra/local/kinesis/spark_source')],
      state: inFolder('state'),
      storage: {
        ...{ workspace: inFolder('workspace'), dbfs: inFolder('dbfs'), volumes: inFolder('volumes') },
        mounts: [{ path: '/Shared/pinflow', folder: inFolder('mount') }],
      },
      shortLived: true,
      warmUp: false,
    });
  }

  async #awaitUp(): Promise<void> {
    const failure = await this.#executor.failure;
    if (failure !== undefined) throw new Error(failure);
  }

  /** Waits until the process has ended by itself, then starts another one on the same folders. */
  async replaceLost(): Promise<void> {
    await this.#executor.ended;
    await this.#executor.stop();
    this.#executor = this.#create();
    await this.#awaitUp();
  }

  async remove(): Promise<void> {
    await this.#executor.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  writeNotebook(name: string, code: string): string {
    return this.write(name, `# Databricks notebook source\n${code}`);
  }

  async run(work: Work, options: Partial<WorkCall> = {}): Promise<Done> {
    const output = join(this.folder, 'outputs', String(this.#count++));
    mkdirSync(output, { recursive: true });
    const nothing = { libraries: [], taskValues: {}, secrets: {} };
    const end = await this.#executor.execute({ cluster: { kind: 'own' }, ...nothing, work, output, ...options });
    const displays = readText(join(output, 'displays.jsonl')).split('\n').slice(0, -1);
    return { end, log: readText(join(output, 'stdout.log')), displays: displays.map((line) => JSON.parse(line)) };
  }

  runNotebook(code: string, { parameters = {}, ...options }: Options = {}): Promise<Done> {
    const file = this.writeNotebook('workspace/main.py', code);
    return this.run({ kind: 'notebook', file, parameters }, options);
  }

  /** What a notebook hands to its function `finish`, or how else it ended. */
  async evaluate(code: string, options: Options = {}): Promise<unknown> {
    const finish = 'import json\ndef finish(value): dbutils.notebook.exit(json.dumps(value))\n';
    const { end } = await this.runNotebook(finish + code, options);
    return end.kind === 'exited' ? JSON.parse(end.result ?? 'null') : end;
  }
}

export function errorOf({ end }: Done): string | undefined {
  return end.kind === 'raised' ? end.error : undefined;
}

function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
