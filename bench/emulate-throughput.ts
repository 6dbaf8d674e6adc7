import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createKafkaLog } from '../activities/kafka/adapter.ts';
import { S3ObjectStore } from '../activities/s3/adapter.ts';
import { RECORD_KINDS } from '../domain/kinds.ts';
import { expectLanded } from './emulate/count-landed.ts';
import { renderSending } from './emulate/render-sending.ts';
import { type Measurement, measureProcess } from './landing/measure-process.ts';
import { openStack } from './open-stack.ts';

/**
 * How fast records come from the emulator through gateway and Kafka into S3, on a stack of the bench's own: batched as a run
 * sends them, the same with rows that were made before, and, as the peer, one record in a request. Each is a process of its
 * own, new for each repetition, on topics of its own; what it has landed is counted.
 *
 * node bench/emulate-throughput.ts [repetitions=5] [posts=100000] [posts of the peer=10000]
 */

const repetitions = Number(process.argv[2] ?? 5);
const posts = Number(process.argv[3] ?? 100_000);
const SIDES = [
  { how: 'batched', posts },
  { how: 'prepared', posts },
  { how: 'one-by-one', posts: Number(process.argv[4] ?? 10_000) },
] as const;
const stack = await openStack({ engines: ['kafka', 's3', 'gateway'] });
const { config, signal } = stack;
const store = new S3ObjectStore(config.s3);
const kafka = createKafkaLog({ ...config.kafka, clientId: 'bench' });

async function measure({ how, posts: count }: (typeof SIDES)[number], repetition: number): Promise<Measurement> {
  const pipeline = `bench-${how}-${repetition}`;
  const args = [join(import.meta.dirname, 'emulate/send-and-land.ts'), pipeline, how, String(count)];
  const measured = await measureProcess({ program: process.execPath, args, env: { ...stack.environment }, signal });
  await expectLanded({ pipeline, posts: count }, { kafka, store });
  await store.deleteObjects(await store.listKeys(`topics/${pipeline}.`));
  await kafka.deleteTopics(RECORD_KINDS.map((kind) => `${pipeline}.${kind}`));
  return measured;
}

try {
  const measured = SIDES.map((side) => ({ ...side, measurements: [] as Measurement[] }));
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    // In turns, so that whatever else the machine does meets all.
    for (const side of measured) side.measurements.push(await measure(side, repetition));
    console.log(`repetition ${repetition}: all have landed, load ${loadavg()[0]?.toFixed(1)}`);
  }
  console.log(`| ${repetitions} × ${posts} posts of three records | median | min | max |`);
  console.log('| --- | ---: | ---: | ---: |');
  for (const row of measured.flatMap(renderSending)) console.log(row);
} finally {
  store.close();
  await kafka.close();
  await stack.close();
}
