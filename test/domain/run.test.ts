import { formatSource, parseSource, planRun, type Source } from '../../domain/run.ts';

const ID = 'daily-pinterest-2026-11-22';

function problemsOf(input: unknown, workflowId = ID): string[] {
  const result = planRun(workflowId, input);
  return 'problems' in result ? result.problems : [];
}

describe('a good input', () => {
  test('a date alone gets every default', () => {
    expect(planRun(ID, { date: '2026-11-22' })).toEqual({
      plan: {
        workflowId: ID,
        pipeline: 'pinterest',
        date: '2026-11-22',
        rows: undefined,
        seed: 100,
        source: { kind: 'synthetic' },
        order: 'sweep',
        pace: 'batch',
        rate: undefined,
      },
    });
  });

  test('every field that is given is kept', () => {
    const input = {
      date: '2026-11-22',
      pipeline: 'team-2',
      rows: 500,
      seed: 0,
      source: { kind: 'jsonl', directory: '/data/rows' },
      order: 'course',
      pace: 'course',
      rate: 0.5,
    };
    expect(planRun('daily-team-2-2026-11-22', input)).toEqual({
      plan: { workflowId: 'daily-team-2-2026-11-22', ...input },
    });
  });

  test('a deadline belongs to how a date is run and not to what is planned for it', () => {
    const input = { date: '2026-11-22', deadline: '2026-11-22T06:17:00Z' };
    expect(planRun(ID, input)).toEqual(planRun(ID, { date: '2026-11-22' }));
  });

  test('a forced redo is a run of the same date', () => {
    expect(planRun(`${ID}-r2`, { date: '2026-11-22' })).toMatchObject({
      plan: { workflowId: `${ID}-r2`, date: '2026-11-22' },
    });
  });
});

describe('a bad input', () => {
  test.each([
    [undefined, 'input: expected an object such as {"date":"2026-11-22"}, got undefined'],
    [null, 'input: expected an object such as {"date":"2026-11-22"}, got null'],
    ['2026-11-22', 'input: expected an object such as {"date":"2026-11-22"}, got "2026-11-22"'],
    [['2026-11-22'], 'input: expected an object such as {"date":"2026-11-22"}, got ["2026-11-22"]'],
    [{}, 'date: expected a day as YYYY-MM-DD, got undefined'],
    [{ date: '2026-02-30' }, 'date: expected a day as YYYY-MM-DD, got "2026-02-30"'],
    [{ date: 20261122 }, 'date: expected a day as YYYY-MM-DD, got 20261122'],
    [
      { date: '2026-11-22', pipeline: 'Pins' },
      'pipeline: expected a lower-case letter, then up to 39 lower-case letters, digits or hyphens, for example "pinterest", got "Pins"',
    ],
    [{ date: '2026-11-22', rows: 0 }, 'rows: expected a whole number of at least 1, got 0'],
    [{ date: '2026-11-22', rows: '500' }, 'rows: expected a whole number of at least 1, got "500"'],
    [{ date: '2026-11-22', rows: 2 ** 53 }, 'rows: expected a whole number of at least 1, got 9007199254740992'],
    [{ date: '2026-11-22', rows: null }, 'rows: expected a whole number of at least 1, got null'],
    [{ date: '2026-11-22', seed: -1 }, 'seed: expected a whole number of at least 0, got -1'],
    [{ date: '2026-11-22', seed: 1.5 }, 'seed: expected a whole number of at least 0, got 1.5'],
    [{ date: '2026-11-22', order: 'random' }, 'order: expected one of sweep, course, got "random"'],
    [{ date: '2026-11-22', pace: 'fast' }, 'pace: expected one of batch, course, got "fast"'],
    [{ date: '2026-11-22', rate: 0 }, 'rate: expected posts in a second from 0.1 to 5000, got 0'],
    [{ date: '2026-11-22', rate: '50' }, 'rate: expected posts in a second from 0.1 to 5000, got "50"'],
    [
      { date: '2026-11-22', source: { kind: 'csv' } },
      'source: expected {"kind":"synthetic"}, {"kind":"jsonl","directory":"/…"} or {"kind":"mysql"}, got {"kind":"csv"}',
    ],
    [
      { date: '2026-11-22', source: { kind: 'jsonl', directory: 'rows' } },
      'source: expected {"kind":"synthetic"}, {"kind":"jsonl","directory":"/…"} or {"kind":"mysql"}, got {"kind":"jsonl","directory":"rows"}',
    ],
    [
      { date: '2026-11-22', source: 'mysql' },
      'source: expected {"kind":"synthetic"}, {"kind":"jsonl","directory":"/…"} or {"kind":"mysql"}, got "mysql"',
    ],
    [
      { date: '2026-11-22', source: null },
      'source: expected {"kind":"synthetic"}, {"kind":"jsonl","directory":"/…"} or {"kind":"mysql"}, got null',
    ],
    [
      { date: '2026-11-22', source: { kind: 'mysql', user: 'me' } },
      'source: expected {"kind":"synthetic"}, {"kind":"jsonl","directory":"/…"} or {"kind":"mysql"}, got {"kind":"mysql","user":"me"}',
    ],
    [
      { date: '2026-11-22', deadline: '2026-11-22 06:17' },
      'deadline: expected a time such as 2026-11-22T06:17:00Z, got "2026-11-22 06:17"',
    ],
    [{ date: '2026-11-22', deadline: 6 }, 'deadline: expected a time such as 2026-11-22T06:17:00Z, got 6'],
    [
      { date: '2026-11-22', row: 5 },
      'row: unknown field; known are date, pipeline, rows, seed, source, order, pace, rate, repair, deadline',
    ],
  ])('%j gets a message that names the field', (input, message) => {
    expect(problemsOf(input)).toEqual([message]);
  });

  test('all problems are named at once', () => {
    const problems = problemsOf({ day: '2026-11-22', rows: -1, seed: 'x', pace: 5, rate: 1e9 });
    const fields = problems.map((problem) => problem.split(':')[0]);
    expect(fields).toEqual(['day', 'date', 'rows', 'seed', 'pace', 'rate']);
  });

  test.each(['daily-pinterest-2026-11-23', 'daily-team-2-2026-11-22', 'my-run', ''])(
    'a run may not go under the workflow id %j of something else',
    (workflowId) => {
      expect(problemsOf({ date: '2026-11-22' }, workflowId)).toEqual([
        `workflow id: expected "daily-pinterest-2026-11-22" (I4), got "${workflowId}"`,
      ]);
    },
  );
});

describe('a source as people write it', () => {
  test.each<[string, Source]>([
    ['synthetic', { kind: 'synthetic' }],
    ['mysql', { kind: 'mysql' }],
    ['jsonl:rows', { kind: 'jsonl', directory: 'rows' }],
    ['jsonl:/data/a:b', { kind: 'jsonl', directory: '/data/a:b' }],
  ])('%s is read and written the same', (text, source) => {
    expect(parseSource(text)).toEqual(source);
    expect(formatSource(source)).toBe(text);
  });

  test.each(['', 'csv', 'jsonl', 'jsonl:', 'Synthetic', ' mysql'])('%j is none', (text) => {
    expect(parseSource(text)).toBeUndefined();
  });
});
