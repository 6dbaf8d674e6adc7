import { request as sendRaw } from 'node:http';
import { Readable } from 'node:stream';
import fastify from 'fastify';
import { type FaultServer, startFaultServer } from '../../../../../infra/local/databricks/faults/fault-server.ts';

export interface Seen {
  readonly status?: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly error?: string;
}

/** A small server that things can be made to go wrong with, over real connections. */
export class FaultyServer {
  /** What it has done. */
  readonly effects: string[] = [];
  openFiles = 0;
  readonly #server = fastify({ forceCloseConnections: true });
  readonly #faults: FaultServer;
  #address = '';

  static async start(): Promise<FaultyServer> {
    const faulty = new FaultyServer(await startFaultServer(0));
    await faulty.#listen();
    return faulty;
  }

  private constructor(faults: FaultServer) {
    this.#faults = faults;
  }

  async close(): Promise<void> {
    await this.#faults.close();
    await this.#server.close();
  }

  async add(fault: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.#control, { method: 'POST', headers, body: JSON.stringify(fault) });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async readHits(): Promise<number[]> {
    const { faults } = (await (await fetch(this.#control)).json()) as { faults: { hits: number }[] };
    return faults.map(({ hits }) => hits);
  }

  /** One request on a connection of its own, with whatever came of it. */
  send(method: string, path: string, signal?: AbortSignal): Promise<Seen> {
    return new Promise((resolve) => {
      let body = '';
      const options = { method, agent: false, ...(signal && { signal }) };
      const outgoing = sendRaw(`${this.#address}${path}`, options, (response) => {
        const { statusCode: status = 0, headers } = response;
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status, headers, body }));
        response.on('error', ({ message }) => resolve({ status, headers, body, error: message }));
      });
      outgoing.on('error', ({ message }) => resolve({ headers: {}, body, error: message })).end();
    });
  }

  countConnections(): Promise<number> {
    return new Promise((resolve) => this.#server.server.getConnections((_error, count) => resolve(count)));
  }

  get #control(): string {
    return `http://127.0.0.1:${this.#faults.port}/faults`;
  }

  async #listen(): Promise<void> {
    const server = this.#server;
    this.#faults.plugin(server);
    server.get('/api/*', () => ({ count: this.effects.push('read') }));
    server.post('/api/*', () => ({ count: this.effects.push('write') }));
    server.put('/file', (_request, reply) => {
      this.effects.push('put');
      return reply.status(204).send();
    });
    server.get('/file', (_request, reply) => {
      this.openFiles++;
      const file = Readable.from([Buffer.alloc(1000, 'a'), Buffer.alloc(1000, 'b')]).on(
        'close',
        () => this.openFiles--,
      );
      return reply.headers({ 'content-type': 'application/octet-stream', 'last-modified': 'then' }).send(file);
    });
    this.#address = await server.listen({ port: 0, host: '127.0.0.1' });
  }
}

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((wake) => setTimeout(wake, 5));
}
