import { randomUUID } from 'node:crypto';
import { type Admin, type Consumer, type EachBatchPayload, Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { PinflowError } from '../../domain/errors.ts';
import { formatRange, type OffsetRange } from '../../domain/offsets.ts';
import { parseRecordMark } from '../../domain/record-mark.ts';
import type { KafkaLog, KafkaRecord, PartitionOffsets } from '../ports.ts';
import { RangeProgress } from './range-progress.ts';

type ReadInput = Parameters<KafkaLog['readRanges']>[0];

/** Tries of kafkajs itself; they are over after about 3 s, then the step is tried again as a whole. */
const RETRY = { retries: 4, initialRetryTime: 200, maxRetryTime: 2_000, multiplier: 2, factor: 0.2 };

/** A reader that gets nothing for so long although records are left is stuck, as kafkajs consumers at times are. */
const STALL_LIMIT_MS = 60_000;

/** While one partition waits for an object to be written, others go on: with 60 ms a write, 1.7 times as fast. */
const CONCURRENT_PARTITIONS = 3;

/** Longest wait for a reader to leave its group before its caller goes on. */
const LEAVE_LIMIT_MS = 5_000;

/**
 * Reads topics of Kafka and creates them. Connections are opened for each call and closed after it: an idle one costs 5 %
 * of a core, because kafkajs 2.2.4 sets a timer of negative length for ever (it is also why Node warns of one, once).
 * Its errors are KAFKA_UNAVAILABLE and OFFSETS_LOST.
 */
export function createKafkaLog(input: {
  readonly brokers: readonly string[];
  readonly partitions: number;
  readonly replication: number;
  readonly clientId: string;
}): KafkaLog & { ping(): Promise<void>; close(): Promise<void> } {
  const { brokers, partitions, replication, clientId } = input;
  // What kafkajs logs as an error it mostly tries again; what it gives up on is thrown and reported by the activity.
  const client = { brokers: [...brokers], clientId, connectionTimeout: 3_000, logLevel: logLevel.NOTHING };
  const kafka = new Kafka({ ...client, requestTimeout: 15_000, retry: RETRY });
  // An answer about now is worth neither a second try nor a long wait.
  const impatient = new Kafka({ ...client, requestTimeout: 3_000, retry: { retries: 0 } });
  const closing = new AbortController();
  const reads = new Set<Promise<void>>();

  return {
    async ensureTopics(topics) {
      await withAdmin(kafka, 'creating topics', async (admin) => {
        const existing = new Set(await admin.listTopics());
        const missing = topics.filter((topic) => !existing.has(topic));
        if (missing.length === 0) return;
        // Answers false, and does not throw, where another process was faster.
        await admin.createTopics({
          topics: missing.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: replication })),
        });
      });
    },

    async deleteTopics(topics) {
      await withAdmin(kafka, 'deleting topics', async (admin) => {
        const existing = new Set(await admin.listTopics());
        const doomed = topics.filter((topic) => existing.has(topic));
        if (doomed.length > 0) await admin.deleteTopics({ topics: doomed });
      });
    },

    readOffsets: (topic) => readOffsets(kafka, topic),

    async readRanges({ signal, ...rest }) {
      const read = readRanges({ kafka, clientId, ...rest, signal: AbortSignal.any([signal, closing.signal]) });
      reads.add(read);
      await read.finally(() => reads.delete(read));
    },

    /** Asks a broker for the others. */
    async ping() {
      await withAdmin(impatient, 'asking for brokers', (admin) => admin.describeCluster());
    },

    /** Ends the reads that are under way. */
    async close() {
      closing.abort(new PinflowError('KAFKA_UNAVAILABLE', 'the Kafka client was closed'));
      await Promise.allSettled(reads);
    },
  };
}

async function withAdmin<T>(kafka: Kafka, doing: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw toUnavailable(doing, error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function readOffsets(kafka: Kafka, topic: string): Promise<PartitionOffsets[]> {
  const offsets = await withAdmin(kafka, `reading the offsets of topic "${topic}"`, (admin) =>
    admin.fetchTopicOffsets(topic),
  );
  return offsets
    .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
    .toSorted((a, b) => a.partition - b.partition);
}

async function readRanges(input: ReadInput & { readonly kafka: Kafka; readonly clientId: string }): Promise<void> {
  const { kafka, clientId, topic, ranges, signal, onRecords } = input;
  signal.throwIfAborted();
  const progress = new RangeProgress(ranges);
  if (progress.remaining().length === 0) return;
  const checkKept = async () =>
    assertKept({ topic, ranges: progress.remaining(), offsets: await readOffsets(kafka, topic) });
  await checkKept();
  signal.throwIfAborted();
  const groupId = `${clientId}-read-${randomUUID()}`;
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    // Only the last fetch of a read waits at all, and leaving the group waits for it.
    maxWaitTimeInMs: 100,
    retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
  });
  const ended = Promise.withResolvers<void>();
  const abort = () => ended.reject(signal.reason);
  const stall = setTimeout(() => ended.reject(stalled(topic, progress)), STALL_LIMIT_MS);
  signal.addEventListener('abort', abort, { once: true });
  watchConsumer({ consumer, topic, progress, ended });

  async function takeBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { partition, messages } = batch;
    const position = progress.nextOffset(partition);
    if (position === undefined || payload.isStale() || signal.aborted) return;
    stall.refresh();
    // A gap is usual in a compacted topic. It is also all that shows when retention overtakes a reader: kafkajs goes on
    // at the first offset that is left.
    if (Number(batch.firstOffset()) > position) await checkKept();
    const records = messages.map(toRecord);
    const wanted = progress.select(partition, records);
    if (wanted.length > 0) await onRecords(partition, wanted);
    stall.refresh();
    payload.resolveOffset(batch.lastOffset());
    progress.advance(partition, Number(batch.lastOffset()) + 1);
    if (progress.nextOffset(partition) === undefined) consumer.pause([{ topic, partitions: [partition] }]);
    if (progress.remaining().length === 0) ended.resolve();
  }

  const started = start(consumer, topic, async (payload) => {
    // kafkajs would hand over a batch again whose taking failed.
    await takeBatch(payload).catch(ended.reject);
    await payload.heartbeat();
  });
  started.catch((error: unknown) => ended.reject(toUnavailable(`reading topic "${topic}"`, error)));
  try {
    await ended.promise;
  } finally {
    clearTimeout(stall);
    signal.removeEventListener('abort', abort);
    await leaveGroup({ kafka, consumer, groupId, started });
  }
}

function toRecord({ offset, value, headers }: KafkaMessage): KafkaRecord {
  const header = (name: string) => headers?.[name]?.toString();
  return { offset: Number(offset), value, readMark: () => parseRecordMark(header) };
}

async function start(consumer: Consumer, topic: string, eachBatch: (payload: EachBatchPayload) => Promise<void>) {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
    eachBatch,
  });
}

/** kafkajs cannot be given partitions, so a group of one member has them all, moves to what is wanted and pauses the rest. */
function watchConsumer(input: {
  readonly consumer: Consumer;
  readonly topic: string;
  readonly progress: RangeProgress;
  readonly ended: PromiseWithResolvers<void>;
}): void {
  const { consumer, topic, progress, ended } = input;
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    for (const partition of payload.memberAssignment[topic] ?? []) {
      const offset = progress.nextOffset(partition);
      if (offset === undefined) consumer.pause([{ topic, partitions: [partition] }]);
      else consumer.seek({ topic, partition, offset: String(offset) });
    }
  });
  // A batch of nothing but transaction markers or removed records is not handed over; only this event tells of it.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    if (payload.batchSize > 0) return;
    progress.advance(payload.partition, Number(payload.lastOffset) + 1);
    if (progress.remaining().length === 0) ended.resolve();
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    ended.reject(toUnavailable(`reading topic "${topic}"`, payload.error));
  });
}

/** What goes wrong here is nobody's loss: a group without members is removed by Kafka itself some day. */
async function leaveGroup(input: {
  readonly kafka: Kafka;
  readonly consumer: Consumer;
  readonly groupId: string;
  readonly started: Promise<void>;
}): Promise<void> {
  const { kafka, consumer, groupId, started } = input;
  const leave = async () => {
    // A consumer that is told to leave while it joins comes back as a member that reads nothing and never goes.
    await started.catch(() => undefined);
    await consumer.disconnect();
    await withAdmin(kafka, 'deleting a group', (admin) => admin.deleteGroups([groupId]));
  };
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LEAVE_LIMIT_MS);
  });
  await Promise.race([leave().catch(() => undefined), limit]);
  clearTimeout(timer);
}

/** @throws PinflowError OFFSETS_LOST where a range begins before what is kept or ends behind it */
function assertKept(input: {
  readonly topic: string;
  readonly ranges: readonly OffsetRange[];
  readonly offsets: readonly PartitionOffsets[];
}): void {
  const { topic, ranges, offsets } = input;
  for (const range of ranges) {
    const kept = offsets.find(({ partition }) => partition === range.partition);
    if (kept !== undefined && kept.low <= range.start && range.end <= kept.high) continue;
    const what = kept === undefined ? 'no such partition' : `only [${kept.low}, ${kept.high})`;
    throw new PinflowError(
      'OFFSETS_LOST',
      `topic "${topic}" ${formatRange(range)} cannot be read: Kafka holds ${what}`,
    );
  }
}

function stalled(topic: string, progress: RangeProgress): PinflowError {
  const left = progress.remaining().map(formatRange).join(', ');
  const message = `reading topic "${topic}" came to a halt for ${STALL_LIMIT_MS / 1000} s, left are ${left}`;
  return new PinflowError('KAFKA_UNAVAILABLE', message);
}

function toUnavailable(doing: string, error: unknown): PinflowError {
  if (error instanceof PinflowError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new PinflowError('KAFKA_UNAVAILABLE', `${doing} failed: ${reason}`, { cause: error });
}
