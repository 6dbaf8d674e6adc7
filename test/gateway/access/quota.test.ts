import { Quota } from '../../../gateway/access/quota.ts';

it("passes one second's worth at once, then says how long to wait", () => {
  const quota = new Quota({ requestsPerSecond: 2, bytesPerSecond: 1_000 }, 0);
  expect([quota.take(100, 0), quota.take(100, 0), quota.take(100, 0)]).toEqual([0, 0, 500]);
  expect(quota.take(100, 500)).toBe(0);
});

it('passes a request that is larger than its bytes of a second when those are full, and lets it pay afterwards', () => {
  const quota = new Quota({ bytesPerSecond: 1_000 }, 0);
  expect(quota.take(5_000, 0)).toBe(0);
  expect(quota.take(1, 1_000)).toBe(3_001);
  expect(quota.take(5_000, 4_000)).toBe(1_000);
  expect(quota.take(5_000, 5_000)).toBe(0);
});

it('counts afterwards what came without a length', () => {
  const quota = new Quota({ bytesPerSecond: 1_000 }, 0);
  quota.charge(3_000, 0);
  expect(quota.take(0, 0)).toBe(2_000);
});

it('waits for both rates, and counts nothing of what it sends away', () => {
  const quota = new Quota({ requestsPerSecond: 1, bytesPerSecond: 10 }, 0);
  expect(quota.take(10, 0)).toBe(0);
  for (let i = 0; i < 5; i++) expect(quota.take(20, 0)).toBe(1_000);
  expect(quota.take(20, 1_000)).toBe(0);
});

it('knows no limit that was not set', () => {
  const quota = new Quota({}, 0);
  for (let i = 0; i < 1_000; i++) expect(quota.take(10 ** 9, 0)).toBe(0);
});

it('lets less than one request a second through', () => {
  const quota = new Quota({ requestsPerSecond: 0.5 }, 0);
  expect(quota.take(0, 0)).toBe(0);
  expect(quota.take(0, 0)).toBe(2_000);
});
