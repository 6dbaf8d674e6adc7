import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { endProcesses, findSession } from '../../../infra/local/databricks/clusters/process-tree.ts';
import { readToolchain } from '../../support/read-toolchain.ts';

export interface AirflowOptions {
  /** Folder that becomes AIRFLOW_HOME. */
  readonly home: string;
  readonly port: number;
  /** Two more, where the triggerer and the scheduler give out logs. */
  readonly logPorts: readonly [number, number];
  /** DAG files to serve. */
  readonly dags: readonly string[];
  /** Connections by id, as JSON objects. */
  readonly connections: Readonly<Record<string, object>>;
}

/** A whole Airflow 3 as its own commands start it: API server, scheduler, DAG processor and triggerer on SQLite. */
export class Airflow {
  readonly #options: AirflowOptions;
  readonly #process: ChildProcess;
  #token = '';

  constructor(options: AirflowOptions) {
    this.#options = options;
    const { home, dags } = options;
    mkdirSync(join(home, 'dags'), { recursive: true });
    for (const file of dags) copyFileSync(file, join(home, 'dags', file.split('/').at(-1) ?? file));
    writeFileSync(join(home, 'passwords.json'), '{"admin": "admin"}');
    const python = String(readToolchain().airflow['3.3']);
    const log = openSync(join(home, 'standalone.log'), 'a');
    this.#process = spawn(join(dirname(python), 'airflow'), ['standalone'], {
      env: { PATH: `${dirname(python)}:${process.env['PATH']}`, HOME: home, ...describeEnvironment(options) },
      // It leaves its scheduler behind when it is ended; everything of its session is ended here.
      ...{ cwd: home, detached: true, stdio: ['ignore', log, log] },
    });
  }

  get log(): string {
    return readFileSync(join(this.#options.home, 'standalone.log'), 'utf8');
  }

  async stop(): Promise<void> {
    const leader = this.#process.pid;
    if (leader === undefined) return;
    const ended = once(this.#process, 'exit');
    await endProcesses(() => findSession(leader));
    if (this.#process.exitCode === null && this.#process.signalCode === null) await ended;
  }

  /** Waits until Airflow is up and knows the DAG, starts one run of it and waits for its end. */
  async runDag(dagId: string): Promise<void> {
    await this.#until(`${dagId} is known`, async () => {
      const credentials = { method: 'POST', body: JSON.stringify({ username: 'admin', password: 'admin' }) };
      const answer = await this.#fetch('/auth/token', credentials);
      this.#token = ((await answer.json()) as { access_token: string }).access_token;
      return (await this.#fetch(`/api/v2/dags/${dagId}`)).ok || (await this.#readImportErrors()).length > 0;
    });
    const errors = await this.#readImportErrors();
    if (errors.length > 0) throw new Error(errors.join('\n'));
    const body = JSON.stringify({ dag_run_id: 'test', logical_date: null });
    const started = await this.#fetch(`/api/v2/dags/${dagId}/dagRuns`, { method: 'POST', body });
    if (!started.ok) throw new Error(await started.text());
    await this.#until(`${dagId} has run`, async () => {
      const { state } = (await (await this.#fetch(`/api/v2/dags/${dagId}/dagRuns/test`)).json()) as { state: string };
      return ['success', 'failed'].includes(state);
    });
  }

  /** States of the tasks of the run by task id. */
  async readTasks(dagId: string): Promise<Record<string, string>> {
    const answer = await this.#fetch(`/api/v2/dags/${dagId}/dagRuns/test/taskInstances?limit=100`);
    const { task_instances: tasks } = (await answer.json()) as { task_instances: { task_id: string; state: string }[] };
    return Object.fromEntries(tasks.map(({ task_id: id, state }) => [id, state]));
  }

  async #readImportErrors(): Promise<string[]> {
    const answer = await this.#fetch('/api/v2/importErrors');
    const { import_errors: errors } = (await answer.json()) as { import_errors: { stack_trace: string }[] };
    return errors.map(({ stack_trace: trace }) => trace);
  }

  async #until(what: string, look: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 300_000; Date.now() < deadline;) {
      if (await look().catch(() => false)) return;
      await new Promise((wake) => setTimeout(wake, 500));
    }
    throw new Error(`waited in vain until ${what}\n${this.log.slice(-5_000)}`);
  }

  #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    return fetch(`http://127.0.0.1:${this.#options.port}${path}`, { headers, ...init });
  }
}

function describeEnvironment({ home, port, logPorts, connections }: AirflowOptions): Record<string, string> {
  const settings = {
    CORE__DAGS_FOLDER: join(home, 'dags'),
    CORE__LOAD_EXAMPLES: 'False',
    CORE__EXECUTOR: 'LocalExecutor',
    // One process each is forked ahead; 32 by default.
    CORE__PARALLELISM: '4',
    CORE__DAGS_ARE_PAUSED_AT_CREATION: 'False',
    CORE__SIMPLE_AUTH_MANAGER_USERS: 'admin:admin',
    CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE: join(home, 'passwords.json'),
    // Must follow the port.
    CORE__EXECUTION_API_SERVER_URL: `http://127.0.0.1:${port}/execution/`,
    API__BASE_URL: `http://127.0.0.1:${port}`,
    API__HOST: '127.0.0.1',
    API__PORT: String(port),
    API__WORKERS: '1',
    DAG_PROCESSOR__REFRESH_INTERVAL: '5',
    LOGGING__TRIGGER_LOG_SERVER_PORT: String(logPorts[0]),
    LOGGING__WORKER_LOG_SERVER_PORT: String(logPorts[1]),
  };
  return {
    AIRFLOW_HOME: home,
    ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`AIRFLOW__${name}`, value])),
    ...Object.fromEntries(
      Object.entries(connections).map(([id, connection]) => [
        `AIRFLOW_CONN_${id.toUpperCase()}`,
        JSON.stringify(connection),
      ]),
    ),
  };
}
