import type { Admin, Kafka } from 'kafkajs';
import { withinTime } from './kafka-client.ts';
import type { FetchTopics, TopicLeaders } from './topic-directory.ts';

const FETCH_LIMIT_MS = 3_000;

/**
 * Reads all topics from Kafka's metadata. A connection on which a request failed is given up: kafkajs 2.2.4 stays with
 * broken state there.
 */
export function createTopicFetcher(kafka: Kafka): { readonly fetchTopics: FetchTopics; close(): Promise<void> } {
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

  async function readTopics(): Promise<Map<string, TopicLeaders>> {
    const admin = await connect();
    const { topics } = await admin.fetchTopicMetadata();
    return new Map(topics.map(({ name, partitions }) => [name, leadersOf(partitions)]));
  }

  return {
    async fetchTopics() {
      try {
        const expired = () => new Error(`reading the topics took longer than ${FETCH_LIMIT_MS / 1000} s`);
        return await withinTime(readTopics(), { ms: FETCH_LIMIT_MS, expired });
      } catch (error) {
        void close();
        throw error;
      }
    },
    close,
  };
}

function leadersOf(partitions: readonly { readonly partitionId: number; readonly leader: number }[]): TopicLeaders {
  const leaders = new Array<number>(partitions.length).fill(-1);
  for (const { partitionId, leader } of partitions) leaders[partitionId] = leader;
  return leaders;
}
