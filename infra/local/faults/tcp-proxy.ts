import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a {@link TcpFaultProxy} treats its connections, old and new. */
export type TcpWeather =
  | { readonly kind: 'fine' }
  /** Every chunk arrives so much later, in both directions. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Connections stay open and nothing passes: the other side looks alive and says nothing. */
  | { readonly kind: 'hang' }
  /** Connections are reset, and new ones at once. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number };

interface Link {
  readonly client: Socket;
  readonly service: Socket;
  losesAnswer: boolean;
}

interface LostAnswer {
  readonly matches: (request: Buffer) => boolean;
  hits: number;
}

interface Options {
  /** Of the service, on this machine. */
  readonly port: number;
  /** Changes what the service says, for protocols that tell clients where else to connect to. */
  readonly rewriteAnswer?: (answer: Buffer, proxyPort: number) => Buffer;
}

export async function startTcpFaultProxy(options: Options): Promise<TcpFaultProxy> {
  const proxy = new TcpFaultProxy(options);
  await proxy.listen();
  return proxy;
}

/** Stands before a TCP service. */
export class TcpFaultProxy {
  readonly #options: Options;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #weather: TcpWeather = { kind: 'fine' };
  #changed = Promise.withResolvers<void>();
  #hits = 0;
  #lost: LostAnswer | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#server = createServer((client) => this.#link(client));
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Chunks held back and connections reset since the last change of weather: the proof that the fault was there. */
  get hits(): number {
    return this.#hits;
  }

  /** What waits during a `hang` passes when the weather changes. */
  setWeather(weather: TcpWeather): void {
    this.#weather = weather;
    this.#hits = 0;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    if (weather.kind === 'reset') this.#resetAll();
  }

  /** Loses the answer to the next request that matches: the service has heard it, the client's connection is reset. */
  loseAnswer(matches: LostAnswer['matches']): { readonly hits: () => number } {
    const lost = { matches, hits: 0 };
    this.#lost = lost;
    return { hits: () => lost.hits };
  }

  close(): void {
    this.#server.close();
    this.#resetAll();
    this.setWeather({ kind: 'fine' });
  }

  #link(client: Socket): void {
    if (this.#weather.kind === 'reset') {
      this.#hits += 1;
      client.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const service = connect(this.#options.port, '127.0.0.1');
    const link = { client, service, losesAnswer: false };
    this.#links.add(link);
    const end = () => {
      this.#links.delete(link);
      client.destroy();
      service.destroy();
    };
    for (const socket of [client, service]) socket.setNoDelay(true).on('error', end).on('close', end);
    this.#passRequests(link).then(end, end);
    this.#passAnswers(link).then(end, end);
  }

  async #passRequests(link: Link): Promise<void> {
    for await (const chunk of link.client as AsyncIterable<Buffer>) {
      await this.#meetWeather(chunk);
      if (this.#lost?.hits === 0 && this.#lost.matches(chunk)) {
        this.#lost.hits += 1;
        link.losesAnswer = true;
      }
      await write(link.service, chunk);
    }
  }

  async #passAnswers(link: Link): Promise<void> {
    const { rewriteAnswer } = this.#options;
    for await (const chunk of link.service as AsyncIterable<Buffer>) {
      await this.#meetWeather(chunk);
      if (link.losesAnswer) {
        link.client.resetAndDestroy();
        return;
      }
      await write(link.client, rewriteAnswer?.(chunk, this.port) ?? chunk);
    }
  }

  async #meetWeather(chunk: Buffer): Promise<void> {
    if (this.#weather.kind !== 'fine') this.#hits += 1;
    while (this.#weather.kind === 'hang') await this.#changed.promise;
    if (this.#weather.kind === 'latency') await sleep(this.#weather.ms);
    if (this.#weather.kind === 'bandwidth') await sleep((1_000 * chunk.length) / this.#weather.bytesPerSecond);
  }

  #resetAll(): void {
    for (const { client, service } of this.#links) {
      this.#hits += 1;
      client.resetAndDestroy();
      service.destroy();
    }
  }
}

async function write(socket: Socket, chunk: Buffer): Promise<void> {
  if (!socket.write(chunk)) await once(socket, 'drain');
}
