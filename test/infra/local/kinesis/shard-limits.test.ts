import { ShardLimits } from '../../../../infra/local/kinesis/shard-limits.ts';

const MEBIBYTE = 1024 * 1024;

let now = 0;
let limits: ShardLimits;
beforeEach(() => {
  now = 1_000;
  limits = new ShardLimits(() => now);
});

/** How many of so many writes a shard takes. */
function countTaken(writes: number, bytes: number, shard = 's/0'): number {
  return Array.from({ length: writes }, () => limits.takeWrite(shard, bytes)).filter(Boolean).length;
}

test('a shard takes 1,000 records a second, each shard for itself', () => {
  expect([countTaken(1_200, 10), countTaken(1_200, 10, 's/1'), countTaken(1_200, 10, 't/0')]).toEqual([
    1000, 1000, 1000,
  ]);
  now += 500;
  expect(countTaken(1_200, 10)).toBe(500);
});

test('a shard takes 1 MiB a second, and what is refused for its size counts for nothing', () => {
  expect([limits.takeWrite('s/0', MEBIBYTE - 10), limits.takeWrite('s/0', 11)]).toEqual([true, false]);
  expect([limits.takeWrite('s/0', 10), limits.takeWrite('s/0', 1)]).toEqual([true, false]);
  now += 250;
  expect(countTaken(10, MEBIBYTE / 16)).toBe(4);
});

test('the largest record that there may be is taken by a shard at rest', () => {
  expect(limits.takeWrite('s/0', MEBIBYTE + 256)).toBe(true);
});

test('a shard is read five times a second', () => {
  const reads = () => Array.from({ length: 7 }, () => limits.takeRead('s/0')).filter(Boolean).length;
  expect(reads()).toBe(5);
  now += 400;
  expect(reads()).toBe(2);
});

test('a shard that gave 10 MiB at once rests for four seconds, and no other does', () => {
  expect(limits.takeRead('s/0')).toBe(true);
  limits.countRead('s/0', 10 * MEBIBYTE);
  now += 3_999;
  expect([limits.takeRead('s/0'), limits.takeRead('s/1')]).toEqual([false, true]);
  now += 2;
  expect(limits.takeRead('s/0')).toBe(true);
});
