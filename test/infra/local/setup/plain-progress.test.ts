import { PlainProgress } from '../../../../infra/local/setup/plain-progress.ts';
import type { TaskReport } from '../../../../infra/local/setup/setup-work.ts';

const report = (state: TaskReport['state'], note = '', seconds = 0): TaskReport => ({
  task: 'kafka',
  state,
  seconds,
  note,
});

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('every change is a line, and a task that runs shows life every 15 s', async () => {
  const lines: string[] = [];
  const progress = new PlainProgress((line) => lines.push(line));
  progress.report(report('waiting', 'needs python'));
  jest.advanceTimersByTime(20_000);
  progress.report(report('running'));
  progress.report(report('running', 'downloading 46 jars', 0.1));
  jest.advanceTimersByTime(31_000);
  progress.report(report('done', '', 31.1));
  jest.advanceTimersByTime(60_000);
  await progress.end();
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "Kafka            waiting, needs python
    Kafka            downloading 46 jars  0.1 s
    Kafka            downloading 46 jars  10 s
    Kafka            downloading 46 jars  25 s
    Kafka            installed in 31 s"
  `);
});

test('what is in place already takes no line, and the end leaves no timer', async () => {
  const lines: string[] = [];
  const progress = new PlainProgress((line) => lines.push(line));
  progress.report(report('kept'));
  await progress.end();
  expect(lines).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});
