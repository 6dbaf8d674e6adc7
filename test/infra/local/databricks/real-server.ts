import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, type jobs, WorkspaceClient } from '@databricks/sdk';
import { findByCommand } from '../../../../infra/local/databricks/clusters/process-tree.ts';
import { readSparkTools } from '../../../support/read-toolchain.ts';
import { writeSampleNotebooks } from './sample-notebooks.ts';

/** A server process of the test's own with real Spark, and the official client that talks to it. */
export class RealServer {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-databricks-')));
  readonly notebooks = join(this.folder, 'notebooks');
  readonly #port: number;
  readonly #spares: string;
  readonly faultPort: number;
  readonly client: WorkspaceClient;
  #process: ChildProcess | undefined;

  static async start({ spares = 0 } = {}): Promise<RealServer> {
    const [port = 0, faultPort = 0] = await findFreePorts(2);
    const server = new RealServer({ port, faultPort, spares });
    writeSampleNotebooks(server.notebooks);
    await server.start();
    return server;
  }

  private constructor({ port, faultPort, spares }: { port: number; faultPort: number; spares: number }) {
    this.#port = port;
    this.faultPort = faultPort;
    this.#spares = String(spares);
    const host = `http://127.0.0.1:${port}`;
    // Without `loaders` the SDK reads DATABRICKS_* of the shell.
    this.client = new WorkspaceClient(
      new Config({ host, token: 'token', authType: 'pat', loaders: [], skipVerify: false }),
    );
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const { python, deltaJars, classArchive } = readSparkTools();
    const options = {
      host: '127.0.0.1',
      port: String(this.#port),
      state: join(this.folder, 'state'),
      python,
      'delta-jars': deltaJars,
      ...(classArchive !== undefined && { 'class-archive': classArchive }),
      notebooks: this.notebooks,
      token: 'token',
      spares: this.#spares,
      'fault-port': String(this.faultPort),
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    this.#process = spawn(process.execPath, ['infra/local/databricks/main.ts', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const listening = once(this.#process.stdout ?? this.#process, 'data');
    await Promise.race([
      listening,
      once(this.#process, 'exit').then(() => Promise.reject(new Error('the server ended'))),
    ]);
  }

  /** Sends a signal and gives the exit code, null after a kill. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const process = this.#process;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return null;
    process.kill(signal);
    const [code] = (await once(process, 'exit')) as [number | null];
    return code;
  }

  async remove(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Python processes and JVMs of this server that are alive. */
  findExecutors(): number[] {
    return findByCommand(join(this.folder, 'state', 'executors'));
  }

  /** Makes something go wrong, see infra/local/databricks/faults. Gives how often it has. */
  async addFault(fault: object): Promise<() => Promise<number>> {
    const url = `http://127.0.0.1:${this.faultPort}/faults`;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(fault) });
    const { id } = (await answer.json()) as { id: number };
    return async () => {
      const { faults } = (await (await fetch(url)).json()) as { faults: { id: number; hits: number }[] };
      return faults.find((rule) => rule.id === id)?.hits ?? 0;
    };
  }

  async clearFaults(): Promise<void> {
    await fetch(`http://127.0.0.1:${this.faultPort}/faults`, { method: 'DELETE' });
  }

  /** Calls that the SDK of this project does not need. */
  async post(path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await fetch(`${this.address}/api/${path}`, {
      ...{ method: 'POST', body: JSON.stringify(body), headers: { authorization: 'Bearer token' } },
    });
    const answered = (await answer.json()) as Record<string, unknown>;
    if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answered)}`);
    return answered;
  }

  /** A new folder for what notebooks write. */
  createRoot(name: string): string {
    const root = join(this.folder, name);
    mkdirSync(root);
    return root;
  }

  async waitForEnd(runId: number): Promise<jobs.Run> {
    return this.waitFor(`run ${runId} ends`, async () => {
      const run = await this.client.jobs.getRun({ run_id: runId });
      return (run.end_time ?? 0) > 0 ? run : undefined;
    });
  }

  async waitFor<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    for (const deadline = Date.now() + 240_000; Date.now() < deadline;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error(`waited in vain until ${what}`);
  }
}

export async function findFreePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(probes.map((probe) => once(probe, 'listening')));
  const ports = probes.map((probe) => (probe.address() as { port: number }).port);
  for (const probe of probes) probe.close();
  return ports;
}
