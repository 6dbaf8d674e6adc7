import { setTimeout } from 'node:timers/promises';
import { RestError } from './rest-errors.ts';

/** Node ids of the brokers that have a partition; `leader` is -1 while it has none. */
export interface TopicPartition {
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

/** The partitions of every topic. */
export type FetchTopics = () => Promise<ReadonlyMap<string, readonly TopicPartition[]>>;

/** Look-ups of unknown topics ask Kafka at most this often, so that a typing error costs little. */
const MISS_INTERVAL_MS = 250;

/** What is older is asked for again where Kafka answers: topics grow, vanish and change their leaders. */
const MAX_AGE_MS = 30_000;

/** What the gateway knows of the topics, so that an unknown one is answered soon. kafkajs would try for 10 s. */
export class TopicDirectory {
  readonly #fetchTopics: FetchTopics;
  #topics: ReadonlyMap<string, readonly TopicPartition[]> = new Map();
  #askedAt = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(fetchTopics: FetchTopics) {
    this.#fetchTopics = fetchTopics;
  }

  /**
   * @throws RestError 404 / 40401 where Kafka has no such topic, 503 / 50302 where it does not answer
   */
  async findPartitions(topic: string): Promise<readonly TopicPartition[]> {
    if (!this.#topics.has(topic)) await this.#askAfresh();
    else if (Date.now() - this.#askedAt > MAX_AGE_MS) await this.refresh().catch(() => undefined);
    const partitions = this.#topics.get(topic);
    if (partitions === undefined)
      throw new RestError('TOPIC_NOT_FOUND', `topic ${JSON.stringify(topic)} does not exist`);
    return partitions;
  }

  /** Names of all topics, in order. @throws RestError 503 / 50302 where it does not answer */
  async listTopics(): Promise<string[]> {
    await this.#askAfresh();
    return [...this.#topics.keys()].toSorted();
  }

  /** Puts a question to Kafka that is younger than the call: one that is under way may have missed a topic made since. */
  async #askAfresh(): Promise<void> {
    this.#next ??= (async () => {
      await setTimeout(Math.max(0, this.#askedAt + MISS_INTERVAL_MS - Date.now()));
      await this.#refreshing?.catch(() => undefined);
      this.#next = undefined;
      await this.refresh();
    })();
    await this.#next;
  }

  /** Whether the topic existed when Kafka was last asked. */
  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** Node id of the partition's leader as last known, -1 where it is not. */
  leaderOf(topic: string, partition: number): number {
    return this.#topics.get(topic)?.[partition]?.leader ?? -1;
  }

  /** Asks Kafka for all topics. @throws RestError 503 / 50302 where it does not answer */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#fetchAll().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #fetchAll(): Promise<void> {
    this.#askedAt = Date.now();
    try {
      this.#topics = await this.#fetchTopics();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RestError('BROKER_UNAVAILABLE', `Kafka does not answer: ${reason}`);
    }
  }
}
