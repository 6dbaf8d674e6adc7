import { PythonRandom } from '../../domain/python-random.ts';

/** The course's loop: one draw for the pause, one for the key. */
function drawKeys(seed: number | bigint, turns: number): number[] {
  const random = new PythonRandom(seed);
  return Array.from({ length: turns }, () => {
    random.randrange(0, 2);
    return random.randint(0, 11_000);
  });
}

test('seed 100 gives the keys that the course sends', () => {
  expect(drawKeys(100, 15)).toEqual([
    7528, 2863, 5730, 8304, 8731, 1313, 4315, 10794, 5494, 5069, 2923, 3089, 6063, 3454, 7554,
  ]);
});

test('seed 100 repeats as often as measured in Python', () => {
  const keys = drawKeys(100, 50_000);
  expect(new Set(keys.slice(0, 1_000)).size).toBe(963);
  expect(new Set(keys.slice(0, 11_154)).size).toBe(7_033);
  expect(new Set(keys).size).toBe(10_888);
});

// From CPython 3.11: random.seed(seed), then the loop above.
test.each([
  [0, [6890, 4242, 6634, 7808, 9558, 8268]],
  [7, [2471, 10664, 1186, 5991, 8313, 614]],
  [2 ** 53 - 1, [9185, 3135, 1905, 352, 7342, 4402]],
  [123456789012345678901234567890n, [2613, 8635, 9094, 4014, 4290, 3363]],
  [-100, [7528, 2863, 5730, 8304, 8731, 1313]],
  [10n ** 7_000n, [8390, 2414, 4965, 7222, 1254, 4519]],
])('seed %s gives the keys that CPython gives', (seed, keys) => {
  expect(drawKeys(seed, keys.length)).toEqual(keys);
});

test('a range of any size is drawn as CPython draws it', () => {
  const random = new PythonRandom(1);
  expect([1, 2, 3, 1_000, 0x7fff_ffff].map((size) => random.randrange(5, 5 + size))).toEqual([
    5, 5, 6, 125, 1063938754,
  ]);
});

test('an empty or too large range is refused', () => {
  expect(() => new PythonRandom(1).randrange(3, 3)).toThrow('expected a range of 1 to 2147483647 numbers, got 0');
  expect(() => new PythonRandom(1).randint(0, 0x7fff_ffff)).toThrow(RangeError);
});
