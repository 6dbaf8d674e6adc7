import { LiveProgress } from '../../../../infra/local/setup/live-progress.ts';
import type { TaskReport } from '../../../../infra/local/setup/setup-work.ts';
import { TASKS } from '../../../../infra/local/setup/setup-work.ts';

let printed: string;
const { isTTY } = process.stdout;
beforeEach(() => {
  printed = '';
  process.stdout.isTTY = true;
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
});
afterEach(() => {
  process.stdout.isTTY = isTTY;
  jest.restoreAllMocks();
});

const report = (task: TaskReport['task'], state: TaskReport['state'], note = ''): TaskReport => ({
  task,
  state,
  seconds: 2,
  note,
});
/** The last drawn picture, without colours and cursor movements. */
const finalLines = () => {
  // eslint-disable-next-line no-control-regex -- escape sequences are what is taken out
  const lines = printed.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '').split(/[\r\n]+/);
  return TASKS.map((_, index) =>
    lines
      .filter((line) => line.trim() !== '')
      .at(index - TASKS.length)
      ?.replace(/^\S+ /, ''),
  );
};

test('each task has a line that ends with how long it took', async () => {
  const progress = new LiveProgress();
  for (const task of TASKS) progress.report(report(task, task === 'temporal' ? 'kept' : 'waiting'));
  for (const task of TASKS) if (task !== 'temporal') progress.report(report(task, 'running', 'downloading'));
  for (const task of TASKS) if (task !== 'temporal') progress.report(report(task, 'done'));
  await progress.end();
  expect(finalLines()).toMatchInlineSnapshot(`
    [
      "Python, PySpark  installed in 2.0 s",
      "Temporal         in place",
      "Kafka            installed in 2.0 s",
      "Delta Lake       installed in 2.0 s",
      "S3 server        installed in 2.0 s",
      "Airflow 3.3      installed in 2.0 s",
      "Airflow 2.11     installed in 2.0 s",
      "Airflow 2.10     installed in 2.0 s",
      "Kafka for Spark  installed in 2.0 s",
    ]
  `);
});

test('after a failure the tasks that were stopped or never began say so', async () => {
  const progress = new LiveProgress();
  for (const task of TASKS) progress.report(report(task, 'waiting', task === 'kafka' ? 'needs python' : ''));
  progress.report(report('python', 'running'));
  progress.report(report('python', 'failed'));
  progress.report(report('versitygw', 'failed', 'stopped'));
  await progress.end();
  expect(finalLines()).toMatchInlineSnapshot(`
    [
      "Python, PySpark  failed after 2.0 s",
      "Temporal         waiting",
      "Kafka            waiting, needs python",
      "Delta Lake       waiting",
      "S3 server        stopped after 2.0 s",
      "Airflow 3.3      waiting",
      "Airflow 2.11     waiting",
      "Airflow 2.10     waiting",
      "Kafka for Spark  waiting",
    ]
  `);
});

test('nothing is shown when everything is in place', async () => {
  const progress = new LiveProgress();
  for (const task of TASKS) progress.report(report(task, 'kept'));
  await progress.end();
  expect(printed).toBe('');
});
