import { RestError } from './rest-errors.ts';

/** Node ids of a topic's leaders, by partition. */
export type TopicLeaders = readonly number[];
export type FetchTopics = () => Promise<ReadonlyMap<string, TopicLeaders>>;

/** A miss asks Kafka again at most this often, so that a topic made a moment ago is found and a typing error costs nothing. */
const MISS_INTERVAL_MS = 250;

/** What is older is asked for again where Kafka answers: topics grow, vanish and change their leaders. */
const MAX_AGE_MS = 30_000;

/** What the gateway knows of the topics, so that an unknown one is answered at once. kafkajs would try for 10 s. */
export class TopicDirectory {
  readonly #fetchTopics: FetchTopics;
  #topics: ReadonlyMap<string, TopicLeaders> = new Map();
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | undefined;

  constructor(fetchTopics: FetchTopics) {
    this.#fetchTopics = fetchTopics;
  }

  /**
   * @throws RestError 404 / 40401 where Kafka has no such topic, 503 / 50302 where it does not answer
   */
  async findLeaders(topic: string): Promise<TopicLeaders> {
    const age = Date.now() - this.#refreshedAt;
    let leaders = this.#topics.get(topic);
    if (leaders === undefined ? age > MISS_INTERVAL_MS : age > MAX_AGE_MS) {
      const refreshed = this.refresh();
      await (leaders === undefined ? refreshed : refreshed.catch(() => undefined));
      leaders = this.#topics.get(topic);
    }
    if (leaders === undefined) throw new RestError('TOPIC_NOT_FOUND', `topic ${JSON.stringify(topic)} does not exist`);
    return leaders;
  }

  /** Whether the topic existed when Kafka was last asked. */
  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** Node id of the partition's leader as last known, -1 where it is not. */
  leaderOf(topic: string, partition: number): number {
    return this.#topics.get(topic)?.[partition] ?? -1;
  }

  /** Asks Kafka for all topics. @throws RestError 503 / 50302 where it does not answer */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#fetchAll().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #fetchAll(): Promise<void> {
    try {
      this.#topics = await this.#fetchTopics();
      this.#refreshedAt = Date.now();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RestError('BROKER_UNAVAILABLE', `Kafka does not answer: ${reason}`);
    }
  }
}
