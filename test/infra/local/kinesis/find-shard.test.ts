import { findShard, hashKeyOf } from '../../../../infra/local/kinesis/find-shard.ts';

const HALF = 2n ** 127n;
const LAST = 2n ** 128n - 1n;

function shard(ShardId: string, [first, last]: readonly [bigint, bigint], end?: string) {
  return {
    ShardId,
    HashKeyRange: { StartingHashKey: String(first), EndingHashKey: String(last) },
    SequenceNumberRange: { StartingSequenceNumber: '1', ...(end !== undefined && { EndingSequenceNumber: end }) },
  };
}

const parent = shard('parent', [0n, LAST], '9');
const shards = [parent, shard('low', [0n, HALF - 1n]), shard('high', [HALF, LAST])];

// The hashes are of `printf %s <key> | md5sum`, as a number.
test.each([
  ['pin', '0x8a6f503814aa4a7cd863e68c7778fbdb'],
  ['7528', '0xf6f154417c4665861583f9b9c4afafa2'],
  ['ü', '0xc03410a5204b21cd8229ff754688d743'],
])('the hash key of "%s" is the MD5 of its UTF-8', (PartitionKey, hash) => {
  expect(hashKeyOf({ PartitionKey })).toBe(BigInt(hash));
});

test('a hash key that is given wins over the partition key', () => {
  expect(hashKeyOf({ PartitionKey: 'pin', ExplicitHashKey: '12' })).toBe(12n);
});

test.each([
  [0n, 'low'],
  [HALF - 1n, 'low'],
  [HALF, 'high'],
  [LAST, 'high'],
  [LAST + 1n, undefined],
])('the hash key %s belongs to the open shard %s', (hashKey, id) => {
  expect(findShard(shards, { PartitionKey: 'x', ExplicitHashKey: String(hashKey) })?.ShardId).toBe(id);
});
