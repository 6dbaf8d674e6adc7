import { hashPartitionKey, ShardMap } from '../../../activities/kinesis/shard-map.ts';
import { splitEvenly } from './fake-stream.ts';

describe('ShardMap', () => {
  it('finds the shard whose range holds the hash key, both ends included', () => {
    const shards = new ShardMap(splitEvenly(2));
    const half = 2n ** 127n;
    expect([0n, half - 1n, half, 2n ** 128n - 1n].map((key) => shards.findShard(key))).toEqual([
      'shard-0',
      'shard-0',
      'shard-1',
      'shard-1',
    ]);
  });

  it('finds none in a gap', () => {
    expect(new ShardMap([]).findShard(0n)).toBeUndefined();
    expect(new ShardMap(splitEvenly(2).slice(1)).findShard(0n)).toBeUndefined();
  });

  it('hashes the UTF-8 of a partition key as Kinesis does: MD5 as a number of 128 bits', () => {
    // The MD5 of nothing and of "é" as two bytes.
    expect(hashPartitionKey('').toString(16)).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(hashPartitionKey('é').toString(16)).toBe('66ddcd97cfdeabb2f6fb8a999b4bc76f');
  });
});
