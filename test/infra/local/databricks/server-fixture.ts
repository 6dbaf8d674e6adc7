import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Application, createApplication } from '../../../../infra/local/databricks/application.ts';
import { FakeCompute } from './clusters/fake-compute.ts';

export const TOKEN = 'secret-token';

/** A whole server in a folder of its own, with clusters that the test moves by hand. */
export class ServerFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'pinflow-databricks-'));
  compute = new FakeCompute();
  application: Application;

  constructor() {
    mkdirSync(join(this.folder, 'notebooks'));
    for (const name of ['a', 'b', 'c', 'd', 'clean', 'queries'])
      writeFileSync(join(this.folder, 'notebooks', `${name}.py`), '# Databricks notebook source\n');
    this.application = this.#start();
  }

  /** What a kill does, and the next start. */
  async restart(): Promise<void> {
    await this.application.close();
    this.compute = new FakeCompute();
    this.application = this.#start();
  }

  async close(): Promise<void> {
    await this.application.close();
    rmSync(this.folder, { recursive: true });
  }

  /** A call that has to succeed; gives the body. Paths start behind `/api/2.2/`, unless they name a version. */
  async get(path: string, query: object = {}) {
    return this.#succeed({ method: 'GET', url: toUrl(path), query: mapValues(query) });
  }

  async post(path: string, payload: object = {}) {
    return this.#succeed({ method: 'POST', url: toUrl(path), payload });
  }

  /** A call that has to be refused; gives status, code and message as one text. */
  async refuse(method: 'GET' | 'POST', path: string, parameters: object = {}): Promise<string> {
    const { status, body } = await this.send(
      method === 'GET'
        ? { method, url: toUrl(path), query: mapValues(parameters) }
        : { method, url: toUrl(path), payload: parameters },
    );
    return `${status} ${body.error_code}: ${body.message}`;
  }

  async send(request: object) {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const response = await this.application.server.inject({ headers, ...request });
    return { status: response.statusCode, body: response.json() };
  }

  /** Submits tasks as a run and gives its id. */
  async submit(tasks: readonly object[], more: object = {}): Promise<number> {
    return (await this.post('jobs/runs/submit', { run_name: 'run', tasks, ...more })).run_id;
  }

  async createJob(settings: object): Promise<number> {
    return (await this.post('jobs/create', { name: 'job', ...settings })).job_id;
  }

  async runNow(jobId: number, more: object = {}): Promise<number> {
    return (await this.post('jobs/run-now', { job_id: jobId, ...more })).run_id;
  }

  /** A run in one line: its state, then the state of each task run, for example `RUNNING a=SUCCESS b=BLOCKED`. */
  async summarise(runId: number): Promise<string> {
    const run = await this.get('jobs/runs/get', { run_id: runId });
    const tasks = run.tasks.map((task: Stateful & { task_key: string }) => `${task.task_key}=${shortState(task)}`);
    return [shortState(run), ...tasks].join(' ');
  }

  async #succeed(request: object) {
    const answer = await this.send(request);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  #start(): Application {
    return createApplication({
      ...{ state: this.folder, token: TOKEN, address: 'http://local:1', compute: this.compute },
      ...{ workspace: join(this.folder, 'workspace'), dbfs: join(this.folder, 'dbfs') },
      volumes: join(this.folder, 'volumes'),
      mounts: [{ path: '/Shared/pinflow', folder: join(this.folder, 'notebooks') }],
      clusterRoutes: { versions: [], routes: {} },
    });
  }
}

/** Time stands still, except for what answers requests. */
export function useFakeTimers(): void {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
}

/** A notebook task on the warm cluster; the notebook has the task's name. */
export function notebook(key: string, more: object = {}) {
  return {
    task_key: key,
    existing_cluster_id: 'local',
    notebook_task: { notebook_path: `/Shared/pinflow/${key}` },
    ...more,
  };
}

/** The same behind other tasks. */
export function behind(key: string, ...others: string[]) {
  return notebook(key, { depends_on: others.map((other) => ({ task_key: other })) });
}

interface Stateful {
  readonly state: { readonly life_cycle_state: string; readonly result_state?: string };
}

/** A result where there is one, else the life cycle; a run with a failed task is told by both. */
function shortState({ state: { life_cycle_state: lifeCycle, result_state: result } }: Stateful): string {
  return lifeCycle === 'TERMINATED' || lifeCycle === 'SKIPPED'
    ? String(result)
    : [lifeCycle, ...(result === undefined ? [] : [result])].join('/');
}

function toUrl(path: string): string {
  return /^\d/.test(path) ? `/api/${path}` : `/api/2.2/${path}`;
}

function mapValues(query: object): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}
