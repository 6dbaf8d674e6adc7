import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectStored, type GatewayBench, openBench } from './gateway/open-bench.ts';
import { renderSoak, type Sample } from './gateway/render-soak.ts';
import { type Load, runWrk } from './gateway/run-wrk.ts';
import { type ServerProcess, startServer } from './gateway/server-process.ts';

/**
 * Whether the gateway's memory and handles stay what they are under a load of 80 % of what it can take, and what becomes of
 * a burst of ten times its connections. One record in a request, which costs most of everything but bytes.
 *
 * node bench/gateway-soak.ts [minutes=10] [burst seconds=30]
 */

const CONNECTIONS = 64;
const SHARE = 0.8;
/** V8 takes minutes to find the size of its heap: RSS went between 190 and 296 MiB in the first seven, and by 1 in the next five. */
const WARM_SECONDS = 420;
const SAMPLE_MS = 2_000;

const minutes = Number(process.argv[2] ?? 10);
const burstSeconds = Number(process.argv[3] ?? 30);

/** Fewer and fewer connections, each with a pause, until they are within the share of the ceiling. */
async function findSteadyLoad(bench: GatewayBench, { url }: ServerProcess): Promise<Load & { readonly share: number }> {
  const run = { url, folder: bench.folder, signal: bench.signal, seconds: 10 };
  const full = { connections: CONNECTIONS, records: 1 };
  // Of a process that has just started it is a quarter lower.
  await runWrk({ ...run, load: full });
  const { perSecond: ceiling } = await runWrk({ ...run, load: full });
  for (let connections = CONNECTIONS; ; connections -= 4) {
    const load = { connections, records: 1, pauseMs: 1 };
    const share = (await runWrk({ ...run, load })).perSecond / ceiling;
    console.log(`${connections} connections: ${(share * 100).toFixed(0)} % of ${ceiling.toFixed(0)} requests/s`);
    if (share <= SHARE) return { ...load, share };
  }
}

async function readSample({ pid, metricsUrl }: ServerProcess): Promise<Sample> {
  const text = await (await fetch(metricsUrl)).text();
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  const rssKilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return {
    at: Date.now(),
    rssMiB: rssKilobytes / 1024,
    heapMiB: read('nodejs_heap_size_used_bytes') / 1024 ** 2,
    handles: read('nodejs_active_handles_total'),
    descriptors: read('process_open_fds'),
  };
}

/** Until the work ends. */
async function sampleDuring(server: ServerProcess, work: Promise<unknown>): Promise<Sample[]> {
  const samples: Sample[] = [];
  let isOver = false;
  void work.finally(() => (isOver = true)).catch(() => undefined);
  while (!isOver) {
    samples.push(await readSample(server));
    await sleep(SAMPLE_MS);
  }
  await work;
  return samples;
}

const bench = await openBench();
// What is counted is how far the offsets have gone; the records themselves need not stay.
await bench.keepLittle();
const server = await startServer('gateway', bench);
try {
  const run = { url: server.url, folder: bench.folder, signal: bench.signal };
  const load = await findSteadyLoad(bench, server);
  await runWrk({ ...run, load, seconds: WARM_SECONDS });

  const before = await bench.countStored();
  const soak = runWrk({ ...run, load, seconds: minutes * 60 });
  const samples = await sampleDuring(server, soak);
  const soaked = await soak;
  expectStored((await bench.countStored()) - before, { ...soaked, ...load });

  const rested = await bench.countStored();
  const steady = runWrk({ ...run, load, seconds: burstSeconds + 20 });
  await sleep(10_000);
  const burst = runWrk({ ...run, load: { connections: 10 * CONNECTIONS, records: 1 }, seconds: burstSeconds });
  const duringBurst = await sampleDuring(server, burst);
  const [calm, rush] = [await steady, await burst];
  const stored = (await bench.countStored()) - rested;
  const answered = calm.answered + rush.answered;
  if (stored < answered) throw new Error(`burst: ${answered} records were answered for, ${stored} are stored`);
  await sleep(10_000);
  const after = await readSample(server);
  const lines = renderSoak({
    load,
    soaked,
    samples,
    burst: { ...rush, samples: duringBurst, answered, stored },
    after,
  });
  for (const line of lines) console.log(line);
} finally {
  await server.stop();
  await bench.close();
}
