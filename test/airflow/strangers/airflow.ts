import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AirflowServer } from '../../../infra/local/mwaa/airflow/airflow-server.ts';
import type { AirflowMajor, AirflowOptions } from '../../../infra/local/mwaa/airflow/airflow-settings.ts';
import { userOfRole } from '../../../infra/local/mwaa/airflow/airflow-users.ts';
import { readToolchain } from '../../support/read-toolchain.ts';
import { findFreePorts } from '../../infra/local/databricks/real-server.ts';

export interface AirflowRequest {
  readonly major?: AirflowMajor;
  /** Folder that becomes AIRFLOW_HOME. */
  readonly home: string;
  /** DAG files to serve. */
  readonly dags: readonly string[];
  readonly connections: AirflowOptions['connections'];
  /** Interpreter that has Airflow; by default the one that the lane has set up. */
  readonly python?: string;
  readonly settings?: AirflowOptions['settings'];
  readonly signal?: AbortSignal;
}

/** A whole Airflow of the test's own, and its REST API as an administrator uses it. */
export class Airflow {
  readonly server: AirflowServer;
  readonly #api: string;
  readonly #major: AirflowMajor;
  #authorization = '';

  static async start(request: AirflowRequest): Promise<Airflow> {
    const { major = 3, home, dags, connections, settings = {}, signal } = request;
    const [port = 0, ...logPorts] = await findFreePorts(3);
    const python = request.python ?? String(readToolchain().airflow[major === 3 ? '3.3' : '2.11']);
    const options = { python, major, home, port, logPorts: logPorts as [number, number], connections, settings };
    const airflow = new Airflow(new AirflowServer(options), major);
    for (const file of dags) copyFileSync(file, join(airflow.server.dags, basename(file)));
    try {
      await airflow.server.start(signal);
      await airflow.#logIn();
    } catch (error) {
      await airflow.stop();
      throw error;
    }
    return airflow;
  }

  private constructor(server: AirflowServer, major: AirflowMajor) {
    this.server = server;
    this.#major = major;
    this.#api = `${server.address}/api/v${major - 1}`;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Waits until the DAG is known, starts one run of it and waits for its end. */
  async runDag(dagId: string): Promise<void> {
    await this.untilKnown(dagId);
    await this.call('POST', `/dags/${dagId}/dagRuns`, {
      dag_run_id: 'test',
      ...(this.#major === 3 && { logical_date: null }),
    });
    await this.untilEnded(dagId, 'test');
  }

  /** @throws Error with what Python has against the files, where that is why */
  async untilKnown(dagId: string): Promise<void> {
    await this.until(`${dagId} is known`, async () => {
      const errors = await this.readImportErrors();
      if (errors.length > 0) throw new Error(errors.join('\n'));
      return (await this.fetch('GET', `/dags/${dagId}`)).ok;
    });
  }

  /** Waits for the end of a run and gives its state. */
  async untilEnded(dagId: string, runId: string): Promise<string> {
    return this.until(`${dagId} has run`, async () => {
      const { state } = await this.call<{ state: string }>(
        'GET',
        `/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`,
      );
      return ['success', 'failed'].includes(state) && state;
    });
  }

  /** States of the tasks of a run by task id. */
  async readTasks(dagId: string, runId = 'test'): Promise<Record<string, string>> {
    const path = `/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}/taskInstances?limit=100`;
    const { task_instances: tasks } = await this.call<{ task_instances: { task_id: string; state: string }[] }>(
      'GET',
      path,
    );
    return Object.fromEntries(tasks.map(({ task_id: id, state }) => [id, state]));
  }

  async readImportErrors(): Promise<string[]> {
    const { import_errors: errors } = await this.call<{ import_errors: { stack_trace: string }[] }>(
      'GET',
      '/importErrors',
    );
    return errors.map(({ stack_trace: trace }) => trace);
  }

  /** Asks again and again until the answer is something. */
  async until<T>(what: string, look: () => Promise<T | false | undefined>): Promise<T> {
    for (const deadline = Date.now() + 300_000; Date.now() < deadline;) {
      const seen = await look();
      if (seen !== false && seen !== undefined) return seen;
      await new Promise((wake) => setTimeout(wake, 500));
    }
    throw new Error(`waited in vain until ${what}\n${this.server.log.slice(-5_000)}`);
  }

  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.fetch(method, path, body);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** A path below the version of the API that this Airflow has. */
  fetch(method: string, path: string, body?: object): Promise<Response> {
    const headers = { authorization: this.#authorization, 'content-type': 'application/json' };
    return fetch(`${this.#api}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }

  async #logIn(): Promise<void> {
    const { name: username, password } = userOfRole('Admin');
    if (this.#major === 2) {
      this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      return;
    }
    const answer = await fetch(`${this.server.address}/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    this.#authorization = `Bearer ${((await answer.json()) as { access_token: string }).access_token}`;
  }
}
