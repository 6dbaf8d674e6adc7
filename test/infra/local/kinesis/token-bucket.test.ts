import { TokenBucket } from '../../../../infra/local/kinesis/token-bucket.ts';

let now = 0;
beforeEach(() => {
  now = 5_000;
});

function createBucket(): TokenBucket {
  return new TokenBucket(10, () => now);
}

test("one second's worth passes at once, then as much as the time brings", () => {
  const bucket = createBucket();
  bucket.take(10);
  expect(bucket.holds(1)).toBe(false);
  now += 300;
  expect([bucket.holds(3), bucket.holds(4)]).toEqual([true, false]);
});

test("a long rest saves up no more than one second's worth", () => {
  const bucket = createBucket();
  now += 3_600_000;
  bucket.take(10);
  expect(bucket.holds(1)).toBe(false);
});

test('what is larger than the bucket passes when it is full, and the next waits until its debt is paid', () => {
  const bucket = createBucket();
  expect(bucket.holds(25)).toBe(true);
  bucket.take(25);
  now += 1_500;
  expect(bucket.holds(1)).toBe(false);
  now += 100;
  expect([bucket.holds(1), bucket.holds(25)]).toEqual([true, false]);
});
