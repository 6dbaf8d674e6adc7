import { backfillWorkflowId, checkBackfill, findConcurrencyProblems, planBackfill } from '../../domain/backfill.ts';

const range = { from: '2026-11-01', to: '2026-11-30' };

describe('a backfill', () => {
  test('needs nothing but its range', () => {
    expect(checkBackfill(range)).toEqual({
      ...range,
      ...{ pipeline: 'pinterest', concurrency: 2, settings: {} },
      ...{ newestFirst: false, stopOnFailure: false, dryRun: false, redo: false },
    });
  });

  test('hands to its dates what was given for them, and no default', () => {
    const settings = { pipeline: 'team-2', rows: 5, source: { kind: 'mysql' }, order: 'course' } as const;
    expect(checkBackfill({ ...range, ...settings, redo: true })).toMatchObject({ settings, redo: true });
  });

  test('has one id for a range of a pipeline, and another for its dry run', () => {
    expect(backfillWorkflowId(checkBackfill(range))).toBe('backfill-pinterest-2026-11-01-to-2026-11-30');
    expect(backfillWorkflowId(checkBackfill({ ...range, dryRun: true }))).toBe(
      'backfill-pinterest-2026-11-01-to-2026-11-30-dry-run',
    );
  });

  test('is refused with every bad field named', () => {
    const input = { from: '2026-02-30', to: 7, concurrency: 0, redo: 'yes', rows: 0, pipeline: 'Team', until: 1 };
    expect(planBackfill(input)).toEqual({
      problems: [
        expect.stringMatching(/^until: unknown field; known are from, to, concurrency, .*rate$/),
        'from: expected a day as YYYY-MM-DD, got "2026-02-30"',
        'to: expected a day as YYYY-MM-DD, got 7',
        'concurrency: expected a whole number from 1 to 50, got 0',
        'redo: expected true or false, got "yes"',
        expect.stringMatching(/^pipeline: .*, got "Team"$/),
        'rows: expected a whole number of at least 1, got 0',
      ],
    });
    expect(() => checkBackfill({ from: '2026-02-30', to: '2026-03-01' })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringMatching(/^from: /) }),
    );
  });

  test.each([undefined, null, [], 'range'])('is refused when its input is %j', (input) => {
    expect(planBackfill(input)).toEqual({ problems: [expect.stringMatching(/^input: expected an object such as/)] });
  });

  test.each([
    ['2026-11-02', '2026-11-01', 'to: expected a day that is not before "2026-11-02", got "2026-11-01"'],
    ['2010-01-01', '2026-11-01', 'to: expected at most 3660 dates, got 6149; split the range'],
  ])('from %s to %s is refused', (from, to, problem) => {
    expect(planBackfill({ from, to })).toEqual({ problems: [problem] });
  });
});

test.each([0, 51, 1.5, '2', null])('%j dates at a time are refused', (concurrency) => {
  expect(findConcurrencyProblems(concurrency)).toHaveLength(1);
});
