import { loadavg } from 'node:os';
import { expectStored, openBench } from './gateway/open-bench.ts';
import { type Measurement, renderLoads } from './gateway/render-loads.ts';
import { type Load, runWrk } from './gateway/run-wrk.ts';
import { SERVER_NAMES, type ServerName, startServer } from './gateway/server-process.ts';
import { readCpuSeconds } from './orchestration/read-cpu-seconds.ts';

/**
 * How much the gateway lets through: the gateway, a server of the same framework that does nothing, and a server that
 * sends every request to Kafka by itself, in turns, on a Kafka of the bench's own. Records are 714 B; acks=all.
 *
 * node bench/gateway-throughput.ts [repetitions=5] [seconds=5]
 */

const LOADS: readonly Load[] = [
  { connections: 32, records: 1 },
  { connections: 64, records: 1 },
  { connections: 8, records: 100 },
];
/** So long a server is warmed up before it is measured. */
const WARM_SECONDS = 10;

const repetitions = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 5);
const bench = await openBench();

async function measure(name: ServerName, load: Load): Promise<Measurement> {
  const server = await startServer(name, bench);
  try {
    const run = { url: server.url, load, folder: bench.folder, signal: bench.signal };
    await runWrk({ ...run, seconds: WARM_SECONDS });
    const [stored, cpu] = [await bench.countStored(), readCpuSeconds([server.pid])];
    const result = await runWrk({ ...run, seconds });
    const cpuSeconds = readCpuSeconds([server.pid]) - cpu;
    if (result.refused + result.broken > 0) throw new Error(`${name} did not answer all: ${JSON.stringify(result)}`);
    if (name !== 'no-op') expectStored((await bench.countStored()) - stored, { ...result, ...load });
    return { ...result, cpuMicroseconds: (cpuSeconds / result.answered) * 1e6 };
  } finally {
    await server.stop();
  }
}

const measured = new Map<string, Measurement[]>();
function measurements(name: ServerName, { connections, records }: Load): Measurement[] {
  const key = `${name} ${connections} ${records}`;
  const known = measured.get(key) ?? [];
  measured.set(key, known);
  return known;
}

try {
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    for (const load of LOADS) {
      // In turns, so that whatever else the machine does meets all of them.
      for (const name of SERVER_NAMES) measurements(name, load).push(await measure(name, load));
    }
    console.log(`repetition ${repetition} of ${repetitions} is done, load ${loadavg()[0]?.toFixed(1)}`);
  }
  for (const line of renderLoads(LOADS, measurements)) console.log(line);
} finally {
  await bench.close();
}
