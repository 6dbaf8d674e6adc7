import { runDown } from '../../../../../infra/local/stack/commands/down.ts';
import { runStatus } from '../../../../../infra/local/stack/commands/status.ts';
import { runUp } from '../../../../../infra/local/stack/commands/up.ts';
import { isRunning } from '../../../../../infra/local/stack/process-identity.ts';
import { readRecord } from '../../../../../infra/local/stack/stack-record.ts';
import { makeContext } from './command-context.ts';

test('a stack that is brought up stays up and says where everything is', async () => {
  const { context, said } = makeContext();

  await expect(runUp(context)).resolves.toBe(0);

  const { owner, engines, ports } = readRecord(context.stateDirectory);
  expect(owner).toBeNull();
  expect(engines.map(isRunning)).toEqual([true]);
  expect(said).toContain(`s3          http://127.0.0.1:${ports.s3}  ${context.stateDirectory}/logs/s3.log`);
  expect(said.at(-1)).toBe('\nstart a worker with: npm run worker; stop the stack with: npm run local:down');

  await runDown(context);
  expect(engines.map(isRunning)).toEqual([false]);
});

test('the status of a stack that is up in part is a table, and a failure', async () => {
  const { context, said } = makeContext();
  await runUp(context);
  const [engine] = readRecord(context.stateDirectory).engines;
  said.splice(0);

  await expect(runStatus(context)).resolves.toBe(1);

  expect(said.map((line) => line.split(/ {2,}/).slice(0, 2).join(' '))).toEqual([
    'engine state',
    'temporal down',
    's3 up',
    'kafka down',
    'kinesis down',
    'databricks down',
    'gateway down',
  ]);
  expect(said[2]).toMatch(new RegExp(` ${engine?.address} +${engine?.pid} +\\d+s +${engine?.log}$`));
  await runDown(context);
});
