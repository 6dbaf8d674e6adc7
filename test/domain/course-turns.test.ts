import { drawTurns } from '../../domain/course-turns.ts';

// From CPython 3.11: random.seed(seed), then in each turn randrange(0, 2) and randint(0, 11000).
test.each([
  [100, [0, 1, 1, 1, 0, 0, 1, 0, 0, 0], [7528, 2863, 5730, 8304, 8731, 1313, 4315, 10794, 5494, 5069]],
  [7, [1, 1, 0, 0, 0, 0], [2471, 10664, 1186, 5991, 8313, 614]],
])('with seed %s, turns pause and draw as the course does', (seed, pauses, keys) => {
  const turns = drawTurns(seed, keys.length);
  expect(turns.map(({ pauseSeconds }) => pauseSeconds)).toEqual(pauses);
  expect(turns.map(({ key }) => key)).toEqual(keys);
});

test('1,000 turns with seed 100 pause for 506 seconds', () => {
  expect(drawTurns(100, 1_000).reduce((sum, { pauseSeconds }) => sum + pauseSeconds, 0)).toBe(506);
});
