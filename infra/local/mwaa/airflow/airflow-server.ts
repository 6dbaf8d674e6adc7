import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { endProcesses, findSession } from '../../databricks/clusters/process-tree.ts';
import { type AirflowOptions, dagsFolder, describeSettings, passwordsFile } from './airflow-settings.ts';
import { AIRFLOW_USERS } from './airflow-users.ts';

/** Airflow 3 brings everything up with one command; Airflow 2 is a process for each part. */
const COMMANDS = {
  3: [['standalone']],
  2: [['scheduler', '--skip-serve-logs'], ['triggerer', '--skip-serve-logs'], ['webserver']],
} as const;

/** Without it, only so many may log in within a minute; and users are those of the database. */
const WEB_SERVER_CONFIG = 'AUTH_RATE_LIMITED = False\nAUTH_TYPE = 1\n';

/** Measured 91 s under load. */
const START_MS = 300_000;
const POLL_MS = 500;

/** A whole Airflow of either major as its own commands start it: web server, scheduler, DAG processor, triggerer; on SQLite. */
export class AirflowServer {
  readonly #options: AirflowOptions;
  readonly #processes: ChildProcess[] = [];

  constructor(options: AirflowOptions) {
    this.#options = options;
    mkdirSync(dagsFolder(options.home), { recursive: true });
  }

  get address(): string {
    return `http://127.0.0.1:${this.#options.port}`;
  }

  get dags(): string {
    return dagsFolder(this.#options.home);
  }

  get #logFile(): string {
    return join(this.#options.home, 'airflow.log');
  }

  get log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  /** Resolves when the web server answers for itself, its database and its scheduler. */
  async start(signal?: AbortSignal): Promise<void> {
    const { major, home } = this.#options;
    if (major === 3) {
      const passwords = Object.fromEntries(AIRFLOW_USERS.map(({ name, password }) => [name, password]));
      writeFileSync(passwordsFile(home), JSON.stringify(passwords));
    } else {
      writeFileSync(join(home, 'webserver_config.py'), WEB_SERVER_CONFIG);
      await this.#run('airflow', ['db', 'migrate']);
      await this.#run('python', [join(import.meta.dirname, 'create_users.py')], JSON.stringify(AIRFLOW_USERS));
    }
    signal?.throwIfAborted();
    for (const args of COMMANDS[major]) this.#spawn('airflow', args);
    await this.#untilReady(signal);
  }

  /** Everything of its sessions that is alive. */
  findProcesses(): number[] {
    return this.#processes.flatMap(({ pid }) => (pid === undefined ? [] : findSession(pid)));
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#processes.map(async (process) => {
        const leader = process.pid;
        if (leader === undefined) return;
        const gone = hasEnded(process) ? undefined : once(process, 'exit');
        // It leaves its scheduler behind when it is ended; everything of its session is ended here.
        await endProcesses(() => findSession(leader));
        await gone;
      }),
    );
    this.#processes.length = 0;
  }

  async #untilReady(signal: AbortSignal | undefined): Promise<void> {
    for (const deadline = Date.now() + START_MS; Date.now() < deadline;) {
      signal?.throwIfAborted();
      if (await this.#isReady()) return;
      const ended = this.#processes.find(hasEnded);
      if (ended !== undefined) throw new Error(`Airflow ended while it started\n${this.log.slice(-5_000)}`);
      await new Promise((wake) => setTimeout(wake, POLL_MS));
    }
    throw new Error(`Airflow did not become ready\n${this.log.slice(-5_000)}`);
  }

  async #isReady(): Promise<boolean> {
    const path = this.#options.major === 3 ? '/api/v2/monitor/health' : '/api/v1/health';
    try {
      const health = (await (await fetch(`${this.address}${path}`)).json()) as Record<string, { status?: string }>;
      return ['metadatabase', 'scheduler'].every((part) => health[part]?.status === 'healthy');
    } catch {
      return false;
    }
  }

  async #run(program: string, args: readonly string[], input = ''): Promise<void> {
    const process = this.#spawn(program, args, 'pipe');
    process.stdin?.end(input);
    const [code] = (await once(process, 'exit')) as [number | null];
    this.#processes.splice(this.#processes.indexOf(process), 1);
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${this.log.slice(-5_000)}`);
  }

  /** Each leads a session of its own, by which all that it starts is found again. */
  #spawn(program: string, args: readonly string[], stdin: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
    const { home, python } = this.#options;
    const log = openSync(this.#logFile, 'a');
    const process = spawn(join(dirname(python), program), args, {
      env: { PATH: `${dirname(python)}:/usr/local/bin:/usr/bin:/bin`, HOME: home, ...describeSettings(this.#options) },
      ...{ cwd: home, detached: true, stdio: [stdin, log, log] },
    });
    this.#processes.push(process);
    return process;
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
