import type { TaskReport } from '../../../../infra/local/setup/setup-work.ts';
import { describeTask, formatSeconds } from '../../../../infra/local/setup/task-text.ts';

const describeOne = (report: Partial<TaskReport>) =>
  describeTask({ task: 'kafka', state: 'running', seconds: 0, note: '', ...report });

test('a line tells the tool, what happens to it and since when', () => {
  expect(
    [
      describeOne({ state: 'waiting', note: 'needs python' }),
      describeOne({ state: 'waiting', task: 'python' }),
      describeOne({ note: 'downloading 46 jars', seconds: 12.4 }),
      describeOne({ seconds: 1 }),
      describeOne({ state: 'done', seconds: 61 }),
      describeOne({ state: 'kept' }),
      describeOne({ state: 'failed', seconds: 3 }),
      describeOne({ state: 'failed', note: 'stopped', seconds: 3 }),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "Kafka            waiting, needs python
    Python, PySpark  waiting
    Kafka            downloading 46 jars  12 s
    Kafka            starting  1.0 s
    Kafka            installed in 1 min 1 s
    Kafka            in place
    Kafka            failed after 3.0 s
    Kafka            stopped after 3.0 s"
  `);
});

test.each([
  [0.04, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [268, '4 min 28 s'],
])('%f seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
