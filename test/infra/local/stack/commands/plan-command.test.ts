import { planCommand } from '../../../../../infra/local/stack/commands/plan-command.ts';

const runTests = jest.fn(() => Promise.resolve(0));
const plan = (...args: string[]) => planCommand(args, { directory: '/', now: new Date(), runTests });

test.each([
  [['frob'], 'unknown command "frob"; known are start, test, up, down, status, databricks, mwaa'],
  [[], 'unknown command ""; known are start, test, up, down, status, databricks, mwaa'],
  [['up', '--now'], 'unknown option "--now"; known are --help'],
  [['down', 'kafka'], 'down: unexpected "kafka"'],
  [['status', 'kafka', 's3'], 'status: unexpected "kafka", "s3"'],
  [['mwaa', '--airflow', '2.10', 'now'], 'mwaa: unexpected "now"\n  --airflow: expected 3.3 or 2.11, got "2.10"'],
  [['mwaa', '--port', '1'], 'unknown option "--port"; known are --airflow, --help'],
  [['test', '--watch'], 'unknown option "--watch"; known are --help'],
  [['start', '--rows', '0'], '--rows: expected a whole number of at least 1, got 0'],
])('%j is refused before anything is done', (args, message) => {
  expect(() => plan(...args)).toThrow(message);
});

test('the lanes named reach the tests', async () => {
  const context = {} as Parameters<ReturnType<typeof plan>>[0];

  await expect(plan('test', 'unit', 'stack')(context)).resolves.toBe(0);

  expect(runTests).toHaveBeenCalledWith(['unit', 'stack'], context);
});
