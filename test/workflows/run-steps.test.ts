import { RunSteps } from '../../workflows/run-steps.ts';
import { makePlan } from '../support/run-plans.ts';

test('run steps tell state, seconds and detail of each step, and read as a table', () => {
  const steps = new RunSteps(makePlan());
  steps.start('emulate', 1_000);
  steps.end('emulate', { state: 'done', now: 3_500, detail: 'acknowledged: pin 10' });
  steps.start('plan', 3_500);

  expect(steps.durations()).toEqual([{ name: 'emulate', seconds: 2.5 }]);
  expect(steps.snapshot().steps.slice(0, 3)).toEqual([
    { name: 'emulate', state: 'done', seconds: 2.5, detail: 'acknowledged: pin 10' },
    { name: 'plan', state: 'running' },
    { name: 'land', state: 'pending' },
  ]);
  expect(steps.toMarkdown().split('\n').slice(0, 6)).toEqual([
    '**pinterest**, 2026-11-22',
    '',
    '| step | state | time | |',
    '|---|---|--:|---|',
    '| emulate | done | 2.5 s | acknowledged: pin 10 |',
    '| plan | running |  |  |',
  ]);

  steps.markLate('2026-11-22T06:17:00Z');
  expect(steps.snapshot()).toMatchObject({ date: '2026-11-22', lateSince: '2026-11-22T06:17:00Z' });
  expect(steps.toMarkdown()).toMatch(/^\*\*pinterest\*\*, 2026-11-22, late since 2026-11-22T06:17:00Z\n/);
});
