import { findSlope } from '../../../bench/gateway/render-soak.ts';

test('the slope of a straight line is what it rises by in a minute', () => {
  const samples = Array.from({ length: 10 }, (_, i) => ({ at: 1e12 + i * 2_000, rssMiB: 100 + i * 0.1 }));
  expect(findSlope(samples)).toBeCloseTo(3, 6);
});

test('noise about a level has next to no slope', () => {
  const samples = Array.from({ length: 300 }, (_, i) => ({ at: 1e12 + i * 2_000, rssMiB: 100 + (i % 2) * 20 }));
  expect(Math.abs(findSlope(samples))).toBeLessThan(0.1);
});
