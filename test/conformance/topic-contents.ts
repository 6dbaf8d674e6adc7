import { type Consumer, Kafka, logLevel } from 'kafkajs';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import type { Config } from '../../config/schema.ts';
import { waitUntil } from '../support/running-stack.ts';
import type { StoredRecord } from './case.ts';

interface Options {
  readonly kafka: Config['kafka'];
  readonly topics: readonly string[];
  readonly unread: readonly string[];
}

/** Makes topics and reads, as any consumer would, what is stored in them. */
export class TopicContents {
  readonly #log: ReturnType<typeof createKafkaLog>;
  readonly #consumer: Consumer;
  readonly #topics: readonly string[];
  readonly #unread: readonly string[];
  readonly #found = new Map<string, Map<string, StoredRecord>>();

  /** `unread`: topics that are made too. */
  constructor({ kafka: config, topics, unread }: Options) {
    this.#topics = topics;
    this.#unread = unread;
    this.#log = createKafkaLog({ ...config, partitions: 3, clientId: 'test-conformance' });
    const kafka = new Kafka({ brokers: [...config.brokers], logLevel: logLevel.NOTHING });
    this.#consumer = kafka.consumer({ groupId: `conformance-${topics[0]}`, maxWaitTimeInMs: 100 });
  }

  async open(): Promise<void> {
    await this.#log.ensureTopics([...this.#topics, ...this.#unread]);
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...this.#topics], fromBeginning: true });
    await this.#consumer.run({
      eachMessage: async ({ topic, partition, message: { offset, key, value } }) => {
        const records = this.#found.get(topic) ?? new Map<string, StoredRecord>();
        records.set(`${partition}@${offset}`, [key?.toString('utf8') ?? null, value?.toString('utf8') ?? null]);
        this.#found.set(topic, records);
      },
    });
  }

  /** All that is stored in the topic now: `partition@offset` → key and value. */
  async read(topic: string): Promise<Record<string, StoredRecord>> {
    const ends = await this.#log.readOffsets(topic);
    const count = ends.reduce((sum, { high }) => sum + high, 0);
    await waitUntil(
      `${count} records of "${topic}" are read`,
      async () => (this.#found.get(topic)?.size ?? 0) >= count,
    );
    return Object.fromEntries(this.#found.get(topic) ?? []);
  }

  async close(): Promise<void> {
    await this.#consumer.disconnect();
    await this.#log.deleteTopics([...this.#topics, ...this.#unread]);
    await this.#log.close();
  }
}
