import { toBackfillInput } from '../../client/commands/backfill.ts';
import { formatDuration } from '../../client/format-duration.ts';
import { drawBackfill } from '../../client/draw-backfill.ts';
import { findDifferences, summariseBackfill, summarisePreview } from '../../client/summarise-backfill.ts';
import { type BackfillProgress, checkBackfill } from '../../domain/backfill.ts';

const range = { from: '2026-11-01', to: '2026-11-04' };

function progressOf(changes: Partial<BackfillProgress> = {}): BackfillProgress {
  return {
    ...{
      ...range,
      pipeline: 'pinterest',
      dates: 4,
      planned: 1,
      running: ['2026-11-03'],
      done: 1,
      failed: 0,
      skipped: 1,
    },
    ...{ attached: 0, failures: [], paused: false, stopped: false, concurrency: 2 },
    ...changes,
  };
}

describe('the options of a backfill', () => {
  test('become its input, and those that are left out stay out', () => {
    const options = { pipeline: 'team', concurrency: '4', rows: '5', redo: true, newestFirst: true };
    expect(toBackfillInput('2026-11-01', '2026-11-04', options)).toEqual({
      ...range,
      ...{ pipeline: 'team', concurrency: 4, rows: 5, redo: true, newestFirst: true },
    });
    expect(toBackfillInput('2026-11-01', '2026-11-04', { pipeline: 'team' })).toEqual({ ...range, pipeline: 'team' });
  });
});

describe('the bar of a backfill', () => {
  test('shows what is behind, what runs and what is left', () => {
    expect(drawBackfill(progressOf({ etaSeconds: 90 }))).toEqual([
      `${'█'.repeat(15)}${'░'.repeat(15)} 2/4, 1 skipped, about 2 min to go`,
      'running, 2 at a time: 2026-11-03',
    ]);
  });

  test('says that it is paused, or stopped', () => {
    expect(drawBackfill(progressOf({ paused: true, etaSeconds: 90 }))[0]).toMatch(/2\/4, 1 skipped, paused$/);
    expect(drawBackfill(progressOf({ stopped: true, failed: 1, planned: 0 }))[0]).toMatch(/, stopped by a failure$/);
  });
});

describe('the summary of a backfill', () => {
  test('counts its dates and names those that failed and those of which a list says otherwise', () => {
    const failures = [{ date: '2026-11-02', reason: 'RUN_FAILED: no table' }];
    const progress = progressOf({ running: [], planned: 0, done: 2, failed: 2, skipped: 0, failures });
    expect(summariseBackfill({ progress, gaps: [{ date: '2026-11-01', seen: 'done', listed: 'none' }] })).toEqual([
      'dates  planned  running  done  failed  skipped  attached  concurrency',
      '-----  -------  -------  ----  ------  -------  --------  -----------',
      '    4        0        0     2       2        0         0            2',
      '',
      'failed date  reason',
      '-----------  --------------------',
      '2026-11-02   RUN_FAILED: no table',
      '… 1 more, see PinflowStatus = "failed" in the Temporal UI',
      '',
      'of these dates Temporal lists something else than the backfill has seen',
      'date        seen  listed',
      '----------  ----  ------',
      '2026-11-01  done  none',
    ]);
  });

  test('of a dry run says what would happen to each date', () => {
    const deeds = (redo: boolean) => summarisePreview(checkBackfill({ ...range, redo }), '.rsf').slice(2);
    expect(deeds(false)).toEqual([
      '2026-11-01  start',
      '2026-11-02  attach',
      '2026-11-03  skip',
      '2026-11-04  start again',
      'nothing was started',
    ]);
    expect(deeds(true)[2]).toBe('2026-11-03  redo');
  });
});

test('a backfill that runs differs from another one by each argument that does', () => {
  const running = checkBackfill({ ...range, rows: 5, concurrency: 3 });
  expect(findDifferences(checkBackfill({ ...range, rows: 5, concurrency: 3 }), running)).toEqual([]);
  expect(findDifferences(checkBackfill({ ...range, seed: 7, pipeline: 'pinterest' }), running)).toEqual([
    'seed is not given, not 7',
    'concurrency is 3, not 2',
    'rows is 5, not left out',
  ]);
});

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [90, '2 min'],
  [7_260, '2 h 1 min'],
])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
