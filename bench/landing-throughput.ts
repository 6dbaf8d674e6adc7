import { rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createKafkaLog } from '../activities/kafka/adapter.ts';
import { S3ObjectStore } from '../activities/s3/adapter.ts';
import { cacheDirectory } from '../config/load.ts';
import { topicName } from '../domain/names.ts';
import { showProgress } from '../infra/local/setup/progress.ts';
import { type Content, expectSame, readFiles, readLanded } from './landing/content.ts';
import { fillTopic, RECORD_BYTES } from './landing/fill-topic.ts';
import { installSparkKafka } from './landing/install-spark-kafka.ts';
import { type Measurement, measureProcess } from './landing/measure-process.ts';
import { renderFigures } from './landing/render-figures.ts';
import { openStack } from './open-stack.ts';

/**
 * How fast one topic lands: our landing into the S3 server, and Spark's structured streaming into files, in turns, on a
 * Kafka and an S3 server of the bench's own. Each side is a process of its own, new for each repetition, and what it has
 * landed is compared with what the topic holds.
 *
 * node bench/landing-throughput.ts [repetitions=5] [records=300000]
 */

const PIPELINE = 'bench';
const PARTITIONS = 3;

const repetitions = Number(process.argv[2] ?? 5);
const records = Number(process.argv[3] ?? 300_000);
const topic = topicName(PIPELINE, 'pin');
const stack = await openStack({ engines: ['kafka', 's3'] });
const { config, toolchain, folder, signal } = stack;
const checkout = join(import.meta.dirname, '..');
const jars = await showProgress((report) => installSparkKafka({ cache: cacheDirectory(), checkout, report }));
const store = new S3ObjectStore(config.s3);
const brokers = config.kafka.brokers;

async function landOurs(expected: readonly Content[]): Promise<Measurement> {
  const args = [join(import.meta.dirname, 'landing/land-topic.ts'), PIPELINE];
  const measured = await measureProcess({ program: process.execPath, args, env: { ...stack.environment }, signal });
  const partitions = expected.map(({ lines }) => lines);
  expectSame('our landing', await readLanded(topic, partitions, store), expected);
  await store.deleteObjects(await store.listKeys(`topics/${topic}/`));
  return measured;
}

async function landWithSpark(expected: readonly Content[]): Promise<Measurement> {
  const output = join(folder, 'spark');
  const script = join(import.meta.dirname, 'landing/land_with_spark.py');
  const args = [script, brokers.join(','), topic, String(PARTITIONS), jars, output];
  const measured = await measureProcess({ program: toolchain.python, args, env: { ...stack.environment }, signal });
  expectSame('Spark', readFiles(join(output, 'lines')), expected);
  rmSync(output, { recursive: true });
  return measured;
}

try {
  const kafka = createKafkaLog({ brokers, partitions: PARTITIONS, replication: 1, clientId: 'bench' });
  await kafka.ensureTopics([topic]);
  const expected = await fillTopic({ brokers, topic, partitions: PARTITIONS, records });
  const [ours, sparks]: [Measurement[], Measurement[]] = [[], []];
  for (let index = 0; index < repetitions; index++) {
    // In turns, so that whatever else the machine does meets both.
    ours.push(await landOurs(expected));
    sparks.push(await landWithSpark(expected));
    console.log(`repetition ${index + 1}: both have landed ${records} records, load ${loadavg()[0]?.toFixed(1)}`);
  }
  console.log(`| ${repetitions} × ${records} records of ${RECORD_BYTES} B | median | min | max |`);
  console.log('| --- | ---: | ---: | ---: |');
  for (const row of [...renderFigures('landing', records, ours), ...renderFigures('Spark', records, sparks)])
    console.log(row);
} finally {
  store.close();
  await stack.close();
}
