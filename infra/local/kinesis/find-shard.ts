import { createHash } from 'node:crypto';
import type { Shard } from './store.ts';

export interface HashedRecord {
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

/** Where a record stands in the range of 128 bits that the shards of a stream divide among them. */
export function hashKeyOf({ PartitionKey, ExplicitHashKey }: HashedRecord): bigint {
  if (ExplicitHashKey !== undefined) return BigInt(ExplicitHashKey);
  return BigInt(`0x${createHash('md5').update(PartitionKey, 'utf8').digest('hex')}`);
}

/** The open shard that takes the record. */
export function findShard(shards: readonly Shard[], record: HashedRecord): Shard | undefined {
  const hashKey = hashKeyOf(record);
  return shards.find(
    ({ HashKeyRange, SequenceNumberRange }) =>
      SequenceNumberRange.EndingSequenceNumber === undefined &&
      BigInt(HashKeyRange.StartingHashKey) <= hashKey &&
      hashKey <= BigInt(HashKeyRange.EndingHashKey),
  );
}
