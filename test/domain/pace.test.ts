import { chunkRows, findPaceProblem, findRateProblems } from '../../domain/pace.ts';

const posts = (count: number, pins = 1) =>
  Array.from({ length: count }, (_, i) => ({ pin: Array<number>(pins).fill(i), geo: [i], user: [i] }));

const batch = { pace: 'batch', rate: undefined, seed: 100 } as const;
const course = { pace: 'course', rate: undefined, seed: 100 } as const;

test.each([0.1, 1, 5_000])('%s posts in a second are a rate', (rate) => {
  expect(findRateProblems(rate)).toEqual([]);
});

test.each([0, -1, 0.09, 5_001, NaN, '50', null, undefined])('%j is no rate', (rate) => {
  expect(findRateProblems(rate)).toEqual([
    `rate: expected posts in a second from 0.1 to 5000, got ${JSON.stringify(rate)}`,
  ]);
});

test.each([
  [undefined, 1_000],
  [0.1, 1],
  [1, 1],
  [2.9, 2],
  [50, 50],
  [5_000, 1_000],
])('with a rate of %s a request has %i rows, those of a second at most', (rate, rows) => {
  expect(chunkRows(rate)).toBe(rows);
});

describe('what can be sent within a day', () => {
  test.each([
    [batch, 1_000_000],
    [{ ...batch, rate: 0.1 }, 8_640],
    [course, 10_000],
    [{ ...course, rate: 0.5 }, 10_000],
  ])('%j with %i posts', (pacing, count) => {
    expect(findPaceProblem(pacing, posts(count))).toBeUndefined();
  });

  test('is nothing that a rate stretches beyond it', () => {
    const problem =
      "rate: 11154 posts at 0.1 a second take 31.0 hours, and a day's run may send for 24 hours; ask for fewer rows or a higher rate";
    expect(findPaceProblem({ ...batch, rate: 0.1 }, posts(11_154))).toBe(problem);
    expect(findPaceProblem({ ...course, rate: 0.1 }, posts(11_154))).toBe(problem);
  });

  test('is counted by the rows of the kind that has most', () => {
    expect(findPaceProblem({ ...batch, rate: 0.1 }, posts(5_000, 2))).toMatch(/^rate: 10000 posts/);
  });

  test('is nothing whose pauses alone take longer', () => {
    expect(findPaceProblem(course, posts(200_000))).toMatch(
      /^pace: the pauses of 200000 posts take 27\.\d hours, and a day's run may send for 24 hours; ask for fewer rows or take pace "batch"$/,
    );
  });
});
