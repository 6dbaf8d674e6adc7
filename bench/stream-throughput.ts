import { loadavg } from 'node:os';
import { RECORD_KINDS } from '../domain/kinds.ts';
import { readCpuSeconds } from './orchestration/read-cpu-seconds.ts';
import { renderRow } from './render-row.ts';
import { measureSource, type SourceMeasurement } from './stream/measure-source.ts';
import { Poster } from './stream/post-records.ts';
import { PIPELINE, startReading, startStreamStack, type StreamStack } from './stream/start-stream.ts';

/**
 * How many records a second go through a stream at most: through the source alone, from a kinesalite without limits, and
 * through the whole path, which reads what was posted in one go into four shards for each kind.
 *
 * node bench/stream-throughput.ts [repetitions=3] [records=100000]
 */

const repetitions = Number(process.argv[2] ?? 3);
const records = Number(process.argv[3] ?? 100_000);
const SHARDS = 4;
const WARM_SECONDS = 60;
const WARM_RATE = 100;

const stack = await startStreamStack();
const { signal } = stack;

/** From the first put to the last commit, and the cores that the JVM of the run used meanwhile. */
interface Passage {
  readonly recordsPerSecond: number;
  readonly cores: number;
}

async function measurePassage(stack: StreamStack, poster: Poster, awaitRows: () => Promise<void>): Promise<Passage> {
  const jvm = () => readCpuSeconds(stack.listProcesses()['JVM of the run'] ?? []);
  const [began, cpu] = [Date.now(), jvm()];
  await poster.fill(Math.round(records / RECORD_KINDS.length));
  await awaitRows();
  const seconds = (Date.now() - began) / 1_000;
  return { recordsPerSecond: records / seconds, cores: (jvm() - cpu) / seconds };
}

function renderSource(shards: number, measured: readonly SourceMeasurement[]): string[] {
  const row = (what: string, figure: (one: SourceMeasurement) => number, digits: number) =>
    renderRow(`source, ${shards} shards: ${what}`, measured.map(figure), digits);
  return [
    row('records/s', (one) => one.recordsPerSecond, 0),
    row('CPU s', (one) => one.cpuSeconds, 2),
    row('CPU s of kinesalite', (one) => one.serverCpuSeconds, 2),
  ];
}

try {
  const [one, four]: [SourceMeasurement[], SourceMeasurement[]] = [[], []];
  for (let index = 0; index < repetitions; index++) {
    one.push(await measureSource(1, records, stack.python));
    four.push(await measureSource(SHARDS, records, stack.python));
    signal.throwIfAborted();
  }
  console.log(`source: load ${loadavg()[0]?.toFixed(1)}`);
  const poster = await Poster.open(stack.config, PIPELINE, SHARDS);
  await poster.post(30, 2);
  const reading = await startReading(stack);
  const followers = Object.values(reading.followers);
  await poster.post(WARM_RATE, WARM_SECONDS);
  const awaitRows = () =>
    reading.until(() => followers.every((follower) => follower.countRows() === poster.posts), signal);
  await awaitRows();
  const passages: Passage[] = [];
  for (let index = 0; index < repetitions; index++) passages.push(await measurePassage(stack, poster, awaitRows));
  console.log(`whole path: load ${loadavg()[0]?.toFixed(1)}`);
  for (const row of [...renderSource(1, one), ...renderSource(SHARDS, four)]) console.log(row);
  const ofPath = (figure: (one: Passage) => number) => passages.map(figure);
  console.log(
    renderRow(
      'whole path: records/s',
      ofPath((passage) => passage.recordsPerSecond),
      0,
    ),
  );
  console.log(
    renderRow(
      'whole path: cores of the JVM',
      ofPath((passage) => passage.cores),
    ),
  );
  for (const follower of followers) follower.close();
  poster.close();
  await stack.close();
} catch (error) {
  console.error(`what there was is kept in ${stack.folder}`);
  await stack.stop();
  throw error;
}
