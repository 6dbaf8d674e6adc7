import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { chooseFreePort } from '../../infra/local/stack/choose-ports.ts';
import { ROOT } from './processes.ts';

/** A client of AWS that repeats nothing, so that every answer is seen. */
export function createKinesisClient(endpoint: string): KinesisClient {
  return new KinesisClient({
    ...{ endpoint, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    // The SDK speaks HTTP/2 otherwise.
    requestHandler: new NodeHttpHandler(),
  });
}

export interface AddedKinesisFault {
  /** The proof that the fault was there; what counts is in infra/local/kinesis/README.md. */
  readonly readHits: () => Promise<number>;
  readonly remove: () => Promise<void>;
}

/** Makes something go wrong, see infra/local/kinesis/README.md. `faults`: address of the server that takes them. */
export async function addKinesisFault(faults: string, fault: object): Promise<AddedKinesisFault> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${faults}/faults`, { method: 'POST', headers, body: JSON.stringify(fault) });
  const { id, message } = (await answer.json()) as { id?: number; message?: string };
  if (id === undefined) throw new Error(message);
  return {
    readHits: async () => {
      const { faults: listed } = (await (await fetch(`${faults}/faults`)).json()) as { faults: Listed[] };
      return listed.find((one) => one.id === id)?.hits ?? 0;
    },
    remove: async () => {
      await fetch(`${faults}/faults/${id}`, { method: 'DELETE' });
    },
  };
}

interface Listed {
  readonly id: number;
  readonly hits: number;
}

/** The double as a process of the test's own, which it may kill and start again on the same streams. */
export class KinesisDouble {
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-kinesis-')));
  readonly #port: number;
  readonly #faultPort: number;
  readonly client: KinesisClient;
  #process: ChildProcess | undefined;

  static async start(): Promise<KinesisDouble> {
    const double = new KinesisDouble(await chooseFreePort(), await chooseFreePort());
    await double.start();
    return double;
  }

  private constructor(port: number, faultPort: number) {
    this.#port = port;
    this.#faultPort = faultPort;
    this.client = createKinesisClient(this.endpoint);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const ports = ['--port', String(this.#port), '--fault-port', String(this.#faultPort)];
    const args = ['infra/local/kinesis/main.ts', ...ports, '--data', this.#folder];
    this.#process = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(this.#process, 'exit').then(() => Promise.reject(new Error('the double of Kinesis ended')));
    await Promise.race([once(this.#process.stdout ?? this.#process, 'data'), ended]);
    ended.catch(() => undefined);
  }

  /** Sends a signal and waits until the process is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const process = this.#process;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    process.kill(signal);
    await once(process, 'exit');
  }

  addFault(fault: object): Promise<AddedKinesisFault> {
    return addKinesisFault(`http://127.0.0.1:${this.#faultPort}`, fault);
  }

  async remove(): Promise<void> {
    this.client.destroy();
    await this.end('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
