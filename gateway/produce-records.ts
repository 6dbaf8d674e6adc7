import type { RequestMark } from './request-mark.ts';
import { partitionRecords } from './partition-records.ts';
import type { BatchOutcome, RecordFailure } from './partition-batch.ts';
import type { ProducerQueue } from './producer-queue.ts';
import { parseProduceRequest, type RecordFormat } from './produce-request.ts';
import { RestError } from './rest-errors.ts';
import type { TopicDirectory } from './topic-directory.ts';

export const QUEUE_FULL = 'too many records are waiting for Kafka, none of these was taken';

/** What became of one record, in the shape of the REST contract. */
export type RecordReply =
  | { readonly partition: number; readonly offset: number; readonly error_code: null; readonly error: null }
  | { readonly partition: null; readonly offset: null; readonly error_code: number; readonly error: string };

export interface ProduceReply {
  readonly offsets: readonly RecordReply[];
  readonly key_schema_id: null;
  readonly value_schema_id: null;
}

/**
 * Makes the function that writes one request to Kafka. It resolves after Kafka has acknowledged or refused every record.
 * @throws RestError for the request as a whole; nothing of it was written then
 */
export function createRecordProducer({
  topics,
  queue,
}: {
  readonly topics: TopicDirectory;
  readonly queue: ProducerQueue;
}) {
  let rotation = 0;

  return async function produceRecords({
    topic,
    partition,
    format,
    body,
    mark,
    earlier,
  }: {
    readonly topic: string;
    /** Where records go that name no partition themselves. */
    readonly partition: number | undefined;
    readonly format: RecordFormat;
    readonly body: Buffer;
    readonly mark: RequestMark | undefined;
    /** What an earlier try of the same request came to: what Kafka has taken is not sent again (I6). */
    readonly earlier?: ProduceReply | undefined;
  }): Promise<ProduceReply> {
    const records = await parseProduceRequest({ body, format, partition, mark });
    const { length: partitions } = await topics.findPartitions(topic);
    if (partition !== undefined && partition >= partitions) {
      throw new RestError('PARTITION_NOT_FOUND', `topic "${topic}" has ${partitions} partitions, no ${partition}`);
    }
    const keyless = rotation++ % partitions;
    const isTaken = (position: number) => earlier?.offsets[position]?.error_code === null;
    const { portions, failures } = partitionRecords({ topic, records, partitions, keyless, isTaken });
    const outcomes = await queue.enqueue(portions);
    if (outcomes === undefined) throw new RestError('OVERLOADED', QUEUE_FULL);
    // A topic that was deleted fails like a broker that is away; the next request for it shall be told.
    if (outcomes.some(isUnavailable)) void topics.refresh().catch(() => undefined);
    const offsets = earlier === undefined ? new Array<RecordReply>(records.length) : [...earlier.offsets];
    for (const { position, failure } of failures) offsets[position] = toFailureReply(failure);
    portions.forEach((portion, i) => {
      portion.positions.forEach((position, index) => {
        offsets[position] = toReply({ partition: portion.partition, index, outcome: outcomes[i] });
      });
    });
    return { offsets, key_schema_id: null, value_schema_id: null };
  };
}

function toReply(input: { partition: number; index: number; outcome: BatchOutcome | undefined }): RecordReply {
  const { partition, index, outcome } = input;
  if (outcome === undefined) throw new RestError('INTERNAL', 'a record was left without an answer');
  if ('failure' in outcome) return toFailureReply(outcome.failure);
  return { partition, offset: outcome.baseOffset + index, error_code: null, error: null };
}

function toFailureReply({ code, message }: RecordFailure): RecordReply {
  return { partition: null, offset: null, error_code: code, error: message };
}

function isUnavailable(outcome: BatchOutcome): boolean {
  return 'failure' in outcome && outcome.failure.kind === 'unavailable';
}
