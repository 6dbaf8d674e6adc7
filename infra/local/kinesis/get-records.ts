import { createIterator, expired, parseIterator, type ShardIterator } from './iterators.ts';
import { rateExceeded, recordBytes } from './record-limits.ts';
import type { Service } from './service.ts';
import { ServiceError } from './service-error.ts';
import {
  checkRequest,
  incrementSequence,
  readShard,
  readStream,
  type Shard,
  type ShardRecord,
  type Stream,
} from './store.ts';

const MOST_RECORDS = 10_000;
const MOST_BYTES = 10 * 1024 * 1024;

interface GetRecordsAnswer {
  readonly Records: readonly ShardRecord[];
  readonly MillisBehindLatest: number;
  /** Absent at the end of a closed shard. */
  readonly NextShardIterator?: string;
  readonly ChildShards?: readonly object[];
}

/**
 * Reads the database itself: kinesalite says that it is never behind, names no child shards, and moves an iterator that
 * found nothing on by the clock, past a record that is just being written.
 */
export async function getRecords(service: Service, input: object): Promise<GetRecordsAnswer> {
  const request = await checkRequest<{ ShardIterator: string; Limit?: number }>('GetRecords', input);
  const iterator = parseIterator(request.ShardIterator);
  const { stream, shard } = await findShardOf(service, iterator);
  checkAge(service, iterator);
  const place = `${iterator.stream}/${iterator.shardId}`;
  if (!service.limits.takeRead(place)) throw rateExceeded(service.store, iterator.stream, iterator.shardId);
  const page = await readPage(service, { iterator, limit: request.Limit ?? MOST_RECORDS });
  service.limits.countRead(place, page.bytes);
  const answer = { Records: page.records, MillisBehindLatest: page.behind };
  if (page.behind === 0 && shard.SequenceNumberRange.EndingSequenceNumber !== undefined)
    return { ...answer, ChildShards: listChildren(stream, shard) };
  return { ...answer, NextShardIterator: createIterator({ ...iterator, sequenceNumber: page.next }) };
}

async function findShardOf({ store }: Service, { stream: name, shardId }: ShardIterator) {
  const missing = new ServiceError(
    'ResourceNotFoundException',
    `Shard ${shardId} in stream ${name} under account ${store.metaDb.awsAccountId} does not exist`,
  );
  const stream = await readStream(store, name).catch(() => Promise.reject(missing));
  const shard = stream.Shards.find(({ ShardId }) => ShardId === shardId);
  if (shard === undefined) throw missing;
  return { stream, shard };
}

function checkAge({ iteratorMs, now, faults }: Service, iterator: ShardIterator): void {
  const age = now() - iterator.createdAt;
  if (age > iteratorMs || faults.expires(iterator)) throw expired(iterator, now(), iteratorMs);
}

interface PageRequest {
  readonly iterator: ShardIterator;
  readonly limit: number;
}

async function readPage({ store, now }: Service, { iterator, limit }: PageRequest) {
  const { shardId, sequenceNumber: from } = iterator;
  const records: ShardRecord[] = [];
  let [bytes, behind, next] = [0, 0, from];
  for await (const record of readShard(store, { stream: iterator.stream, shardId, from })) {
    const size = recordBytes(record);
    const arrival = record.ApproximateArrivalTimestamp;
    if (records.length === limit || (records.length > 0 && bytes + size > MOST_BYTES)) {
      behind = Math.max(1, Math.round(now() - arrival * 1_000));
      break;
    }
    next = incrementSequence(record.SequenceNumber);
    records.push(record);
    bytes += size;
  }
  return { records, bytes, behind, next };
}

/** Shards that the records of a closed shard go on in. */
function listChildren({ Shards }: Stream, { ShardId }: Shard) {
  return Shards.filter((shard) => [shard.ParentShardId, shard.AdjacentParentShardId].includes(ShardId)).map(
    ({ ShardId: id, HashKeyRange, ParentShardId, AdjacentParentShardId }) => ({
      ShardId: id,
      ParentShards: [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined),
      HashKeyRange,
    }),
  );
}
