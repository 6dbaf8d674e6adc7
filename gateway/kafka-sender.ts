import { type Kafka, Partitioners, type Producer, type RecordMetadata, type TopicMessages } from 'kafkajs';
import { withinTime } from './kafka-client.ts';
import { replaceKafkajsEncoder } from './kafkajs-encoder.ts';
import { describeFailure } from './kafka-failure.ts';
import type { BatchOutcome, PartitionBatch, RecordFailure } from './partition-batch.ts';
import type { TopicDirectory } from './topic-directory.ts';

/**
 * After so long a send counts as failed, whatever happens to the broker. Long enough for a broker to be restarted or to
 * come out of a pause: as long as it is the same send, what it stored is stored once. Requests are answered earlier.
 */
const SEND_LIMIT_MS = 60_000;

/** Time a broker may wait for its replicas; less than the client's own limit for an answer. */
const ACKS_TIMEOUT_MS = 4_000;

/**
 * Sends with an idempotent producer and acks=all. A producer is given up after any send whose outcome is not known:
 * kafkajs has then rolled its sequence numbers back, and Kafka would take the next records for a repetition.
 */
export class KafkaSender {
  readonly #kafka: Kafka;
  readonly #directory: Pick<TopicDirectory, 'has' | 'refresh'>;
  #producer: Promise<Producer> | undefined;
  #topics = new Set<string>();

  constructor(input: { readonly kafka: Kafka; readonly directory: Pick<TopicDirectory, 'has' | 'refresh'> }) {
    this.#kafka = input.kafka;
    this.#directory = input.directory;
  }

  /** Answers for every batch, in their order, within the limit. Never rejects. */
  async sendBatches(batches: readonly PartitionBatch[]): Promise<BatchOutcome[]> {
    const expired = () => new Error(`sending to Kafka took longer than ${SEND_LIMIT_MS / 1000} s`);
    const outcomes = await withinTime(this.#sendUntilKnown(batches), { ms: SEND_LIMIT_MS, expired }).catch(
      (error: unknown) => batches.map(() => ({ failure: describeFailure(error) })),
    );
    if (outcomes.some((outcome) => (failureOf(outcome)?.kind ?? 'refused') !== 'refused')) void this.close();
    return outcomes;
  }

  /**
   * Gives up a producer that has sent to a topic which is gone: for a topic that is new to it, kafkajs asks for the metadata
   * of all it ever sent to, and fails for all of them when one does not exist.
   */
  async #dropOutdated(batches: readonly PartitionBatch[]): Promise<void> {
    const isNew = this.#topics.size > 0 && batches.some(({ topic }) => !this.#topics.has(topic));
    if (isNew) await this.#directory.refresh().catch(() => undefined);
    if ([...this.#topics].some((topic) => !this.#directory.has(topic))) void this.close();
  }

  /** Lets go of the connection; the next send opens another one. */
  async close(): Promise<void> {
    const old = this.#producer;
    this.#producer = undefined;
    this.#topics = new Set();
    await old?.then((producer) => producer.disconnect()).catch(() => undefined);
  }

  /** Sends again, with a new producer, what was not stored because Kafka did not know the old one any more. */
  async #sendUntilKnown(batches: readonly PartitionBatch[]): Promise<BatchOutcome[]> {
    await this.#dropOutdated(batches);
    const outcomes = await this.#attempt(batches);
    const isLost = (outcome: BatchOutcome | undefined) => failureOf(outcome)?.kind === 'producer-lost';
    const lost = batches.filter((_, i) => isLost(outcomes[i]));
    if (lost.length === 0) return outcomes;
    void this.close();
    const again = (await this.#attempt(lost)).values();
    return outcomes.map((outcome) => (isLost(outcome) ? (again.next().value ?? outcome) : outcome));
  }

  /** Sends once; where Kafka refuses, once more partition by partition to learn which ones it refused. */
  async #attempt(batches: readonly PartitionBatch[]): Promise<BatchOutcome[]> {
    try {
      this.#producer ??= connectProducer(this.#kafka);
      const producer = await this.#producer;
      for (const { topic } of batches) this.#topics.add(topic);
      const topicMessages = batches.map(toTopicMessages);
      const metadata = await producer.sendBatch({ acks: -1, timeout: ACKS_TIMEOUT_MS, topicMessages });
      return batches.map((batch) => outcomeOf(batch, metadata));
    } catch (error) {
      const failure = describeFailure(error);
      if (batches.length === 1 || failure.kind === 'unavailable') return batches.map(() => ({ failure }));
      // The same producer sends the same batches under the same sequence numbers, so that what is stored already is
      // answered with its offset and not stored twice (I6).
      const outcomes: BatchOutcome[] = [];
      for (const batch of batches) outcomes.push(...(await this.#attempt([batch])));
      return outcomes;
    }
  }
}

async function connectProducer(kafka: Kafka): Promise<Producer> {
  replaceKafkajsEncoder();
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    // Partitions are always given; kafkajs only warns when this is left open.
    createPartitioner: Partitioners.DefaultPartitioner,
    // A little more than the limit of a send, so that a producer that was given up ends soon after.
    retry: { retries: 70, initialRetryTime: 100, maxRetryTime: 1_000, multiplier: 2, factor: 0.2 },
  });
  await producer.connect();
  return producer;
}

function toTopicMessages({ topic, partition, records }: PartitionBatch): TopicMessages {
  return { topic, messages: records.map((record) => ({ ...record, partition })) };
}

function outcomeOf({ topic, partition }: PartitionBatch, metadata: readonly RecordMetadata[]): BatchOutcome {
  const found = metadata.find((entry) => entry.topicName === topic && entry.partition === partition);
  if (found?.baseOffset !== undefined) return { baseOffset: Number(found.baseOffset) };
  return { failure: describeFailure(new Error('Kafka answered without an offset')) };
}

function failureOf(outcome: BatchOutcome | undefined): RecordFailure | undefined {
  return outcome !== undefined && 'failure' in outcome ? outcome.failure : undefined;
}
