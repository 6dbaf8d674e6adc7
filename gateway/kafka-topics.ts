import kafkajs, { type Admin, type Kafka, type PartitionMetadata } from 'kafkajs';
import type { FetchConfigs } from './describe-topics.ts';
import { withinTime } from './kafka-client.ts';
import type { FetchTopics, TopicPartition } from './topic-directory.ts';

const FETCH_LIMIT_MS = 3_000;

/** Not an import by name: Node finds only the first exports of this CommonJS module. */
const { ConfigResourceTypes } = kafkajs;

/** Reads topics from Kafka; what it does not answer within 3 s is an error. */
export interface TopicFetcher {
  readonly fetchTopics: FetchTopics;
  readonly fetchConfigs: FetchConfigs;
  close(): Promise<void>;
}

/** A connection on which a request failed is given up: kafkajs 2.2.4 stays with broken state there. */
export function createTopicFetcher(kafka: Kafka): TopicFetcher {
  let connecting: Promise<Admin> | undefined;

  async function connect(): Promise<Admin> {
    connecting ??= (async () => {
      const admin = kafka.admin();
      await admin.connect();
      return admin;
    })();
    return connecting;
  }

  async function close(): Promise<void> {
    const old = connecting;
    connecting = undefined;
    await old?.then((admin) => admin.disconnect()).catch(() => undefined);
  }

  async function ask<Answer>(what: string, read: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    try {
      const expired = () => new Error(`reading ${what} took longer than ${FETCH_LIMIT_MS / 1000} s`);
      return await withinTime(connect().then(read), { ms: FETCH_LIMIT_MS, expired });
    } catch (error) {
      void close();
      throw error;
    }
  }

  return {
    fetchTopics: () => ask('the topics', readTopics),
    fetchConfigs: (topic) => ask(`the settings of topic "${topic}"`, (admin) => readConfigs(admin, topic)),
    close,
  };
}

async function readTopics(admin: Admin): Promise<Map<string, TopicPartition[]>> {
  const { topics } = await admin.fetchTopicMetadata();
  return new Map(topics.map(({ name, partitions }) => [name, toPartitions(partitions)]));
}

async function readConfigs(admin: Admin, topic: string): Promise<Record<string, string>> {
  const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic }];
  const { resources: described } = await admin.describeConfigs({ resources, includeSynonyms: false });
  const entries = described.flatMap(({ configEntries }) => configEntries);
  return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
}

function toPartitions(metadata: readonly PartitionMetadata[]): TopicPartition[] {
  const byNumber = metadata.toSorted((a, b) => a.partitionId - b.partitionId);
  return byNumber.map(({ leader, replicas, isr }) => ({ leader, replicas, inSync: isr }));
}
