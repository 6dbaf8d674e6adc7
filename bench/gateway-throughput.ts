import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKafkaLog } from '../activities/kafka/adapter.ts';
import { cacheDirectory, inheritedEnvironment, loadConfig } from '../config/load.ts';
import { showProgress } from '../infra/local/setup/progress.ts';
import { prepareToolchain } from '../infra/local/setup/toolchain.ts';
import { chooseFreePort } from '../infra/local/stack/choose-ports.ts';
import { startStack } from '../infra/local/stack/start-stack.ts';
import { ensureDebianPackages } from '../test/support/debian-package.ts';
import { type Measurement, renderLoads, SERVER_NAMES, type ServerName } from './gateway/render-loads.ts';
import { type Load, type LoadResult, runWrk } from './gateway/run-wrk.ts';
import { readCpuSeconds } from './orchestration/read-cpu-seconds.ts';

/**
 * How much the gateway lets through: the gateway, a server of the same framework that does nothing, and a server that
 * sends every request to Kafka by itself, in turns, on a Kafka of the bench's own.
 *
 * node bench/gateway-throughput.ts [repetitions=5] [seconds=5]
 */

const TOPIC = 'bench.pin';
const PARTITIONS = 3;
const LOADS: readonly Load[] = [
  { connections: 32, records: 1 },
  { connections: 64, records: 1 },
  { connections: 8, records: 100 },
];
/** So long a server is warmed up before it is measured. */
const WARM_SECONDS = 3;

const repetitions = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 5);
const checkout = join(import.meta.dirname, '..');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-bench-')));
const stopped = new AbortController();
const { signal } = stopped;
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());

await ensureDebianPackages({
  packages: ['wrk'],
  isThere: () => existsSync('/usr/bin/wrk'),
  elsewhere: 'elsewhere: https://github.com/wg/wrk',
});
const cache = cacheDirectory();
const toolchain = await showProgress((report) => prepareToolchain({ cache, checkout, report }));
const stack = await startStack({
  ...{ toolchain, checkout, stateDirectory: join(folder, 'stack'), cacheDirectory: cache, signal },
  ...{ engines: ['kafka'], ports: 'free', report: console.log },
});
const { brokers } = loadConfig(stack.environment).kafka;
const kafka = createKafkaLog({ brokers, partitions: PARTITIONS, replication: 1, clientId: 'bench' });

const SERVERS: Readonly<Record<ServerName, (port: number) => { args: string[]; env: NodeJS.ProcessEnv }>> = {
  gateway: (port: number) => ({
    args: ['gateway/main.ts'],
    env: {
      ...stack.environment,
      PINFLOW_GATEWAY_PORT: String(port),
      PINFLOW_GATEWAY_METRICS_PORT: String(port + 1),
      PINFLOW_LOG_LEVEL: 'warn',
    },
  }),
  'no-op': (port: number) => ({ args: ['bench/gateway/no-op-server.ts', String(port)], env: inheritedEnvironment() }),
  naive: (port: number) => ({
    args: ['bench/gateway/naive-server.ts', String(port), brokers.join(',')],
    env: inheritedEnvironment(),
  }),
};

async function measure(name: ServerName, load: Load): Promise<Measurement> {
  const port = await chooseFreePort();
  const { args, env } = SERVERS[name](port);
  const server = spawn(process.execPath, args, { cwd: checkout, env, stdio: ['ignore', 'ignore', 'inherit'], signal });
  server.on('error', () => undefined);
  try {
    const url = `http://127.0.0.1:${port}/topics/${TOPIC}`;
    await awaitServer(url);
    await runWrk({ url, load, seconds: WARM_SECONDS, folder });
    const [stored, cpu] = [await countStored(), readCpuSeconds([server.pid ?? 0])];
    const result = await runWrk({ url, load, seconds, folder });
    const cpuSeconds = readCpuSeconds([server.pid ?? 0]) - cpu;
    if (result.failures > 0) throw new Error(`${name}: ${result.failures} requests failed`);
    if (name !== 'no-op') expectStored(name, (await countStored()) - stored, { result, load });
    return { ...result, cpuMicroseconds: (cpuSeconds / result.requests) * 1e6 };
  } finally {
    await stopServer(server);
  }
}

async function awaitServer(url: string): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.kafka.json.v2+json' },
      body: '{"records":[{"value":0}]}',
    }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await sleep(100);
  }
}

async function countStored(): Promise<number> {
  // What was under way when wrk let go of its connections is still stored.
  await sleep(500);
  return (await kafka.readOffsets(TOPIC)).reduce((sum, { high }) => sum + high, 0);
}

/** Every answer stands for stored records; wrk does not count the answers that come after its end. */
function expectStored(name: string, stored: number, of: { result: LoadResult; load: Load }): void {
  const answered = of.result.requests * of.load.records;
  const open = of.load.connections * of.load.records;
  if (stored < answered || stored > answered + open) {
    throw new Error(`${name}: ${answered} records were answered for, ${stored} are stored`);
  }
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await ended;
}

const measured = new Map<string, Measurement[]>();
function measurements(name: ServerName, { connections, records }: Load): Measurement[] {
  const key = `${name} ${connections} ${records}`;
  const known = measured.get(key) ?? [];
  measured.set(key, known);
  return known;
}

try {
  await kafka.ensureTopics([TOPIC]);
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    for (const load of LOADS) {
      // In turns, so that whatever else the machine does meets all of them.
      for (const name of SERVER_NAMES) {
        measurements(name, load).push(await measure(name, load));
      }
    }
    console.log(`repetition ${repetition} of ${repetitions} is done, load ${loadavg()[0]?.toFixed(1)}`);
  }
  for (const line of renderLoads(LOADS, measurements)) console.log(line);
} finally {
  await kafka.close();
  await stack.stop();
  rmSync(folder, { recursive: true });
}
