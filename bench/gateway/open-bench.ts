import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { ensureDebianPackages } from '../../test/support/debian-package.ts';
import { openStack } from '../open-stack.ts';
import type { Load, LoadResult } from './run-wrk.ts';

export const TOPIC = 'bench.pin';
const PARTITIONS = 3;
/** After so long what was under way when wrk let go of its connections is stored. */
const SETTLE_MS = 500;

/** A Kafka of the bench's own with one topic, and what wrk needs. */
export interface GatewayBench {
  readonly brokers: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Records that the topic has taken so far, also those that are deleted since. */
  readonly countStored: () => Promise<number>;
  /** Has Kafka delete records soon after they were stored. */
  readonly keepLittle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openBench(): Promise<GatewayBench> {
  await ensureDebianPackages({
    packages: ['wrk'],
    isThere: () => existsSync('/usr/bin/wrk'),
    elsewhere: 'elsewhere: https://github.com/wg/wrk',
  });
  const stack = await openStack({ engines: ['kafka'] });
  const { environment, folder, signal } = stack;
  const { brokers } = stack.config.kafka;
  const kafka = createKafkaLog({ brokers, partitions: PARTITIONS, replication: 1, clientId: 'bench' });
  await kafka.ensureTopics([TOPIC]);
  return {
    ...{ brokers, environment, folder, signal },
    async countStored() {
      await sleep(SETTLE_MS);
      return (await kafka.readOffsets(TOPIC)).reduce((sum, { high }) => sum + high, 0);
    },
    keepLittle: () => keepLittle(brokers),
    async close() {
      await kafka.close();
      await stack.close();
    },
  };
}

/** 64 MiB a partition, where a soak writes 10 GB. */
async function keepLittle(brokers: readonly string[]): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const configEntries = ['retention.bytes', 'segment.bytes'].map((name) => ({ name, value: String(64 * 1024 * 1024) }));
  // As a number: Node finds only the first exports of this CommonJS module by name.
  const TOPIC_RESOURCE = 2;
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: TOPIC_RESOURCE, name: TOPIC, configEntries }] });
  await admin.disconnect();
}

/** Every answer stands for stored records; wrk does not count the answers that come after its end. */
export function expectStored(stored: number, { answered, connections, records }: LoadResult & Load): void {
  const [least, most] = [answered * records, (answered + connections) * records];
  if (stored < least || stored > most) throw new Error(`${least} records were answered for, ${stored} are stored`);
}
