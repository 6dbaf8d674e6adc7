import { loadavg } from 'node:os';
import { readCpuSeconds } from './orchestration/read-cpu-seconds.ts';
import { Poster } from './stream/post-records.ts';
import { type Minute, renderMinutes } from './stream/render-minutes.ts';
import { PIPELINE, startReading, startStreamStack, type StreamStack } from './stream/start-stream.ts';

/**
 * How fresh the tables of a stream are: from a record that is due to the commit in Delta that others see, on the path of
 * `npm start -- --stream` without Temporal: producer, gateway, double of Kinesis, and the notebook as a run of the double of
 * Databricks, with a stack of the bench's own.
 *
 * node bench/stream-freshness.ts [seconds=60] [warm=60] [rates=10,100,1000]
 */

const seconds = Number(process.argv[2] ?? 60);
const warmSeconds = Number(process.argv[3] ?? 60);
const rates = (process.argv[4] ?? '10,100,1000').split(',').map(Number);
/** Before each rate is measured, it is posted for as long. */
const SETTLE_SECONDS = 10;
const WARM_RATE = 100;

const stack = await startStreamStack();
const { signal } = stack;

function readCpu(stack: StreamStack): Record<string, number> {
  return Object.fromEntries(Object.entries(stack.listProcesses()).map(([name, pids]) => [name, readCpuSeconds(pids)]));
}

async function measureRate(rate: number, stack: StreamStack, poster: Poster): Promise<Minute> {
  const unmeasured = await poster.post(rate, SETTLE_SECONDS);
  signal.throwIfAborted();
  const [before, from] = [readCpu(stack), Date.now()];
  const puts = await poster.post(rate, seconds);
  const [after, to] = [readCpu(stack), Date.now()];
  const cores = Object.entries(after).map(([name, used]) => [
    name,
    (used - (before[name] ?? 0)) / ((to - from) / 1_000),
  ]);
  console.log(`${rate} records/s: ${unmeasured.length} + ${puts.length} sent, load ${loadavg()[0]?.toFixed(1)}`);
  return { rate, puts, from, to, cores: Object.fromEntries(cores), load: loadavg()[0] ?? 0 };
}

try {
  const poster = await Poster.open(stack.config, PIPELINE, stack.config.stream.shards);
  // So that the first batch has something to write.
  await poster.post(30, 2);
  const submitted = Date.now();
  const { followers, until } = await startReading(stack);
  await until(() => Object.values(followers).every(({ followed }) => followed.ended.has(0)), signal);
  console.log(
    `first batches of all three after ${((Date.now() - submitted) / 1_000).toFixed(1)} s, load ${loadavg()[0]?.toFixed(1)}`,
  );
  await poster.post(WARM_RATE, warmSeconds);
  const minutes: Minute[] = [];
  for (const rate of rates) minutes.push(await measureRate(rate, stack, poster));
  await until(() => Object.values(followers).every((follower) => follower.countRows() === poster.posts), signal);
  for (const line of renderMinutes(minutes, stack, followers)) console.log(line);
  for (const follower of Object.values(followers)) follower.close();
  poster.close();
  await stack.close();
} catch (error) {
  console.error(`what there was is kept in ${stack.folder}`);
  await stack.stop();
  throw error;
}
