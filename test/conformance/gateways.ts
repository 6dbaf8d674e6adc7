import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { rewriteBrokerPort, rewriteProduceError } from '../../infra/local/faults/kafka-wire.ts';
import { startTcpFaultProxy, type TcpFaultProxy } from '../../infra/local/faults/tcp-proxy.ts';
import { chooseFreePort } from '../../infra/local/stack/choose-ports.ts';
import { type GatewayProcess, startGateway } from '../support/processes.ts';
import { ask, type Case } from './case.ts';

/** Errors of Kafka's protocol that the local broker has no reason to give. */
const SASL_AUTHENTICATION_FAILED = 58;
const OUT_OF_ORDER_SEQUENCE_NUMBER = 45;

const TOO_MANY = `{"records":[${Array.from({ length: 10_000 }, () => '{}').join(',')}]}`;

/** A key that may ask for nothing but topics of pins, once a second. */
export const KEY = `reader.${'k'.repeat(43)}`;

function writeKeys(folder: string): string {
  const path = join(folder, 'keys.json');
  const rules = { topics: ['*.pin'], streams: [], requestsPerSecond: 1 };
  writeFileSync(path, JSON.stringify([{ id: 'reader', sha256: hash('sha256', KEY), ...rules }]));
  return path;
}

/** The gateway of the stack, and the suite's own: one that asks for keys, and those in front of a Kafka that is not well. */
export class Gateways {
  readonly #config: Config;
  readonly #away: GatewayProcess;
  readonly #keyed: GatewayProcess;
  readonly #proxied: GatewayProcess;
  readonly #proxy: TcpFaultProxy;

  /** `unauthenticated`, `unconfirmed`: topics for which the broker is heard to say so. */
  static async start(config: Config, topics: { readonly unauthenticated: string; readonly unconfirmed: string }) {
    const brokerPort = Number(config.kafka.brokers[0]?.split(':')[1]);
    const keepOnProxy = rewriteBrokerPort({ brokerPort });
    const rewrites = [
      rewriteProduceError({ topic: topics.unauthenticated, error: SASL_AUTHENTICATION_FAILED }),
      rewriteProduceError({ topic: topics.unconfirmed, error: OUT_OF_ORDER_SEQUENCE_NUMBER }),
    ];
    const proxy = await startTcpFaultProxy({
      port: brokerPort,
      rewriteAnswer: (answer, proxyPort) =>
        rewrites.reduce((said, rewrite) => rewrite(said), keepOnProxy(answer, proxyPort)),
    });
    const folder = mkdtempSync(join(tmpdir(), 'pinflow-keys-'));
    const [away, keyed, proxied] = await Promise.all([
      startGateway({ PINFLOW_KAFKA_BROKERS: `127.0.0.1:${await chooseFreePort()}` }),
      startGateway({ PINFLOW_GATEWAY_KEYS: writeKeys(folder) }),
      startGateway({ PINFLOW_KAFKA_BROKERS: `127.0.0.1:${proxy.port}` }),
    ]);
    // It has been read.
    rmSync(folder, { recursive: true });
    return new Gateways({ config, away, keyed, proxied, proxy });
  }

  private constructor(input: {
    readonly config: Config;
    readonly away: GatewayProcess;
    readonly keyed: GatewayProcess;
    readonly proxied: GatewayProcess;
    readonly proxy: TcpFaultProxy;
  }) {
    this.#config = input.config;
    this.#away = input.away;
    this.#keyed = input.keyed;
    this.#proxied = input.proxied;
    this.#proxy = input.proxy;
  }

  addressOf(at: Case['at']): string {
    if (at === undefined) return this.#config.gateway.url;
    return { away: this.#away, keyed: this.#keyed }[at as string]?.url ?? this.#proxied.url;
  }

  /** Has Kafka hang, and records wait for it until no more are taken; `work` is done meanwhile. */
  async whileCrowded<T>(topic: string, work: () => Promise<T>): Promise<T> {
    const post = () => ask(this.#proxied.url, { path: `/topics/${topic}`, body: TOO_MANY });
    await post();
    this.#proxy.setWeather({ kind: 'hang' });
    try {
      const posts = Array.from({ length: 10 }, post);
      // Those that were taken wait.
      const { status } = await Promise.race(posts);
      if (status !== 503) throw new Error(`too many records were answered ${status}`);
      return await work();
    } finally {
      this.#proxy.setWeather({ kind: 'fine' });
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#away, this.#keyed, this.#proxied].map((gateway) => gateway.stop('SIGKILL')));
    this.#proxy.close();
  }
}
