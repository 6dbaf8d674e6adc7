import { TokenBucket } from '../../domain/token-bucket.ts';

/** Ten a second, and ten at once. */
const createBucket = () => new TokenBucket({ rate: 10, capacity: 10 }, 5_000);

test("one second's worth passes at once, then as much as the time brings", () => {
  const bucket = createBucket();
  bucket.take(10, 5_000);
  expect(bucket.has(1, 5_000)).toBe(false);
  expect([bucket.has(3, 5_300), bucket.has(4, 5_300)]).toEqual([true, false]);
});

test('a long rest saves up no more than the bucket holds', () => {
  const bucket = createBucket();
  bucket.take(10, 3_605_000);
  expect(bucket.has(1, 3_605_000)).toBe(false);
});

test('what is larger than the bucket passes when it is full, and the next waits until its debt is paid', () => {
  const bucket = createBucket();
  expect(bucket.has(25, 5_000)).toBe(true);
  bucket.take(25, 5_000);
  expect(bucket.has(1, 6_500)).toBe(false);
  expect([bucket.has(1, 6_600), bucket.has(25, 6_600)]).toEqual([true, false]);
});

test('the time at which so much passes is known before', () => {
  const bucket = createBucket();
  expect(bucket.readyAt(10, 5_000)).toBe(5_000);
  bucket.take(25, 5_000);
  expect([bucket.readyAt(1, 5_000), bucket.readyAt(25, 6_000)]).toEqual([6_600, 7_500]);
});
