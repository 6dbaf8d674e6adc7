import { describeSweep } from '../../../client/commands/sweep.ts';

test('a sweep says how many runs it looked at, and what became of each orphan', () => {
  expect(describeSweep({ looked: 3, orphans: [] })).toEqual(['looked at 3 active Databricks runs: no orphan']);
  const orphans = [{ runId: '9007199254740993', workflowId: 'daily-pinterest-2026-11-22', outcome: 'alive' as const }];
  expect(describeSweep({ looked: 3, orphans }).map((line) => line.trimEnd())).toEqual([
    'looked at 3 active Databricks runs: 1 without a running workflow',
    expect.stringMatching(/workflow +databricks run +outcome/),
    expect.stringMatching(/^[- ]+$/),
    expect.stringMatching(/daily-pinterest-2026-11-22 +9007199254740993 +alive/),
  ]);
});
