import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskSpec } from '../../../../infra/local/databricks/jobs/requests.ts';
import { Scheduler } from '../../../../infra/local/databricks/jobs/scheduler.ts';
import { createServer } from '../../../../infra/local/databricks/server.ts';
import { Store } from '../../../../infra/local/databricks/jobs/store.ts';
import type { ClusterView } from '../../../../infra/local/databricks/clusters/warm-cluster.ts';
import { FakeCompute } from './clusters/fake-compute.ts';

export const TOKEN = 'secret-token';

/** A whole server in a folder of its own, with clusters that the test moves by hand. */
export class ServerFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'pinflow-databricks-'));
  view: ClusterView = { state: 'RUNNING', message: '', sparkVersion: '4.2.0', startTime: 1 };
  restarts = 0;
  compute = new FakeCompute();
  store: Store;
  scheduler: Scheduler;
  server: ReturnType<typeof createServer>;

  constructor() {
    mkdirSync(join(this.folder, 'notebooks'));
    for (const name of ['clean', 'queries', 'other']) writeFileSync(join(this.folder, 'notebooks', `${name}.py`), '');
    [this.store, this.scheduler, this.server] = this.#start();
  }

  /** What a kill does, and the next start. */
  restart(): void {
    this.scheduler.close();
    this.store.close();
    this.compute = new FakeCompute();
    [this.store, this.scheduler, this.server] = this.#start();
  }

  async close(): Promise<void> {
    this.scheduler.close();
    await this.server.close();
    this.store.close();
    rmSync(this.folder, { recursive: true });
  }

  async get(path: string, query: Record<string, string | number> = {}) {
    return this.#send({ method: 'GET', url: `/api/2.2/${path}`, query: mapValues(query) });
  }

  async post(path: string, payload: object) {
    return this.#send({ method: 'POST', url: `/api/2.2/${path}`, payload });
  }

  async #send(request: object) {
    const response = await this.server.inject({ ...request, headers: { authorization: `Bearer ${TOKEN}` } });
    return { status: response.statusCode, body: response.json() };
  }

  #start(): [Store, Scheduler, ReturnType<typeof createServer>] {
    const store = new Store(join(this.folder, 'runs.sqlite'));
    const notebooks = join(this.folder, 'notebooks');
    const scheduler = new Scheduler({ store, compute: this.compute, notebooks, outputs: join(this.folder, 'outputs') });
    const readView = () => this.view;
    const cluster = {
      get view() {
        return readView();
      },
      restart: () => void this.restarts++,
    };
    return [store, scheduler, createServer({ store, scheduler, cluster, token: TOKEN, address: 'http://local:1' })];
  }
}

export function specOf(key: string, more: Partial<TaskSpec> = {}): TaskSpec {
  const base = { notebookPath: `/Shared/pinflow/${key}`, parameters: {}, dependsOn: [], timeoutSeconds: 0 } as const;
  return { key, cluster: 'local', ...base, ...more };
}

function mapValues(query: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}
