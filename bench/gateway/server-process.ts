import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inheritedEnvironment } from '../../config/load.ts';
import { chooseFreePort } from '../../infra/local/stack/choose-ports.ts';
import { type GatewayBench, TOPIC } from './open-bench.ts';

export const SERVER_NAMES = ['gateway', 'no-op', 'naive'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

export interface ServerProcess {
  readonly pid: number;
  /** Of the topic. */
  readonly url: string;
  /** Where the gateway tells what it counts. */
  readonly metricsUrl: string;
  readonly stop: () => Promise<void>;
}

interface Ports {
  readonly port: number;
  readonly metrics: number;
}

type Command = { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv };

const COMMANDS: Readonly<Record<ServerName, (ports: Ports, bench: GatewayBench) => Command>> = {
  gateway: ({ port, metrics }, { environment }) => ({
    args: ['gateway/main.ts'],
    env: {
      ...environment,
      PINFLOW_GATEWAY_PORT: String(port),
      PINFLOW_GATEWAY_METRICS_PORT: String(metrics),
      PINFLOW_LOG_LEVEL: 'warn',
    },
  }),
  'no-op': ({ port }) => ({ args: ['bench/gateway/no-op-server.ts', String(port)], env: inheritedEnvironment() }),
  naive: ({ port }, { brokers }) => ({
    args: ['bench/gateway/naive-server.ts', String(port), brokers.join(',')],
    env: inheritedEnvironment(),
  }),
};

/** A process of its own, which has stored one record. */
export async function startServer(name: ServerName, bench: GatewayBench): Promise<ServerProcess> {
  const ports = { port: await chooseFreePort(), metrics: await chooseFreePort() };
  const { args, env } = COMMANDS[name](ports, bench);
  const cwd = join(import.meta.dirname, '../..');
  const server = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
  };
  const url = `http://127.0.0.1:${ports.port}/topics/${TOPIC}`;
  try {
    while (!(await storeOne(url))) {
      bench.signal.throwIfAborted();
      if (server.exitCode !== null) throw new Error(`${name} ended with code ${server.exitCode}`);
      await sleep(100);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: server.pid ?? 0, url, metricsUrl: `http://127.0.0.1:${ports.metrics}/metrics`, stop };
}

async function storeOne(url: string): Promise<boolean> {
  const headers = { 'content-type': 'application/vnd.kafka.json.v2+json' };
  const answer = await fetch(url, { method: 'POST', headers, body: '{"records":[{"value":0}]}' }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
  return answer?.ok === true;
}
