import {
  findMirrorProblems,
  findPublishProblems,
  findTriggerProblems,
  isMirrored,
  MOST_PUBLISHED_BYTES,
} from '../../domain/mwaa.ts';

test('what is published fits into the arguments of a workflow', () => {
  const fits = 'x'.repeat(MOST_PUBLISHED_BYTES - 4);
  expect(findPublishProblems({ pipeline: 'team', dag: fits })).toEqual([]);
  expect(findPublishProblems({ pipeline: 'team', dag: fits, requirements: 'y' })).toEqual([
    'dag and requirements: expected at most 61440 bytes together, got 61441',
  ]);
  expect(findPublishProblems({ pipeline: 'team', dag: 'ä'.repeat(15_000) })).toHaveLength(1);
});

test('all that is wrong with a publish is told at once', () => {
  expect(findPublishProblems({ pipeline: 'No', dag: ' ' })).toHaveLength(2);
});

test('all that is wrong with what is to be mirrored is told at once', () => {
  expect(findMirrorProblems({ pipeline: 'No', from: '2025-01-01', to: '2026-01-02' })).toHaveLength(2);
});

test.each([
  ['success', 'succeeded', true],
  ['failed', 'failed', true],
  ['queued', 'running', true],
  ['none', 'none', true],
  ['success', 'failed', false],
  ['success', 'none', false],
  ['none', 'succeeded', false],
])('airflow %s and temporal %s say the same: %s', (airflow, temporal, expected) => {
  expect(isMirrored({ airflow, temporal })).toBe(expected);
});

test('a time of day that is none is told before anything is asked of it', () => {
  const range = { pipeline: 'team', from: '2026-11-22', to: '2026-11-22' };
  expect(findMirrorProblems({ ...range, at: '25:00', timeZone: 'Nowhere' })).toEqual([
    'at: expected a time of day as HH:MM, got "25:00"',
    'time zone: expected a name such as UTC or Europe/Berlin, got "Nowhere"',
  ]);
  expect(findTriggerProblems({ pipeline: 'team', date: '2026-02-30' })).toEqual([
    'date: expected a day as YYYY-MM-DD, got "2026-02-30"',
  ]);
});
