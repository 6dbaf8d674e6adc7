import * as fc from 'fast-check';
import { SeededRandom } from '../../domain/seeded-random.ts';

test('a text gives the same numbers for ever', () => {
  const random = new SeededRandom('sweep pinterest 2026-11-22 100');
  expect([random.word(), random.word(), random.below(11_154), random.below(2)]).toMatchInlineSnapshot(`
    [
      241867468,
      2491471835,
      1763,
      1,
    ]
  `);
  expect(new SeededRandom('pinflow').shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toMatchInlineSnapshot(`
    [
      9,
      3,
      8,
      6,
      2,
      5,
      0,
      1,
      7,
      4,
    ]
  `);
});

test('texts that differ in one character give unrelated numbers', () => {
  const words = (seed: string) => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 100 }, () => random.word());
  };
  expect(words('2026-11-22').filter((word) => words('2026-11-23').includes(word))).toEqual([]);
});

test('every result below a count comes about equally often', () => {
  const random = new SeededRandom('fair');
  const counts = Array.from({ length: 7 }, () => 0);
  for (let draw = 0; draw < 70_000; draw++) {
    const result = random.below(7);
    counts[result] = (counts[result] ?? 0) + 1;
  }
  // Five standard deviations of a fair draw are 460.
  expect(Math.min(...counts)).toBeGreaterThan(9_540);
  expect(Math.max(...counts)).toBeLessThan(10_460);
});

test('a result is below its count', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, count) => {
      const result = new SeededRandom(seed).below(count);
      return Number.isInteger(result) && result >= 0 && result < count;
    }),
  );
});

test('a count that is no whole number of at least 1 is refused', () => {
  const random = new SeededRandom('refuse');
  for (const count of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1]) expect(() => random.below(count)).toThrow(RangeError);
});

test('a shuffle keeps every item and leaves the given list alone', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.integer()), (seed, items) => {
      const before = [...items];
      const shuffled = new SeededRandom(seed).shuffle(items);
      expect(shuffled.toSorted((a, b) => a - b)).toEqual(before.toSorted((a, b) => a - b));
      expect(items).toEqual(before);
    }),
  );
});

test('every permutation comes about equally often', () => {
  const random = new SeededRandom('permutations');
  const counts = new Map<string, number>();
  for (let turn = 0; turn < 24_000; turn++) {
    const order = random.shuffle(['a', 'b', 'c', 'd']).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  expect(Math.min(...counts.values())).toBeGreaterThan(840);
  expect(Math.max(...counts.values())).toBeLessThan(1_160);
});
