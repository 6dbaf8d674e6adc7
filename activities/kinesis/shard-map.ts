import { hash } from 'node:crypto';
import type { OpenShard } from '../ports.ts';

/** Where Kinesis looks a record up in the ranges of the shards. */
export function hashPartitionKey(partitionKey: string): bigint {
  return BigInt(`0x${hash('md5', partitionKey, 'hex')}`);
}

/** The open shards of a stream at one time. */
export class ShardMap {
  readonly #shards: readonly OpenShard[];

  constructor(shards: readonly OpenShard[]) {
    this.#shards = shards;
  }

  /** The shard that takes records of this hash key; undefined in a gap, as there may be one while a shard is split. */
  findShard(hashKey: bigint): string | undefined {
    return this.#shards.find((shard) => shard.startingHashKey <= hashKey && hashKey <= shard.endingHashKey)?.shardId;
  }

  has(shardId: string): boolean {
    return this.#shards.some((shard) => shard.shardId === shardId);
  }
}
