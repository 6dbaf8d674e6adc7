import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Executor } from '../../../../../infra/local/databricks/clusters/executor.ts';
import { findByCommand } from '../../../../../infra/local/databricks/clusters/process-tree.ts';
import { createStubInterpreter, stubCall } from './stub-interpreter.ts';

const LOST = { kind: 'lost', message: 'The process of the cluster ended under its work.' };

const stub = createStubInterpreter();
const executors: Executor[] = [];
afterAll(async () => {
  await Promise.all(executors.map((executor) => executor.stop()));
  stub.remove();
});

function start(options: Partial<typeof stub.options> = {}): Executor {
  const executor = new Executor({ ...stub.options, ...options });
  executors.push(executor);
  return executor;
}

test('the process is told where its paths lead and what to do, and its answer is the end of the work', async () => {
  const executor = start();
  expect(await executor.failure).toBeUndefined();
  await executor.warm;
  expect(executor.sparkVersion).toBe('4.2.0');
  const end = await executor.execute(stubCall('first'));
  expect(end).toMatchObject({ kind: 'exited', truncated: false, taskValues: { rows: 7 } });
  const { call, options } = JSON.parse((end.kind === 'exited' && end.result) || '');
  const { cluster: _, ...sent } = stubCall('first');
  expect(call).toEqual(sent);
  expect(options.join(' ')).toMatch(/^-u -m executor --delta-jars \/jars --scratch \S+\/state\/executors\/\S+ /);
  expect(options.slice(options.indexOf('--warehouse'))).toEqual([
    ...['--warehouse', join(stub.options.state, 'warehouse'), '--class-archive', '/classes.jsa'],
    ...['--modules', '/modules'],
    ...['--workspace', '/state/workspace', '--dbfs', '/state/dbfs', '--volumes', '/state/volumes'],
    ...['--mount', '/Shared/pinflow=/notebooks', '--short-lived', '--warm-up'],
  ]);
});

test('a process that is killed in the middle of its answer loses its work and nothing else', async () => {
  const executor = start();
  await executor.failure;
  expect(await executor.execute(stubCall('cut'))).toEqual(LOST);
  await executor.ended;
  const next = start();
  expect(await next.execute(stubCall('next'))).toMatchObject({ kind: 'exited' });
});

test('work that comes when the process has ended is lost', async () => {
  const executor = start();
  expect(await executor.failure).toBeUndefined();
  await executor.stop();
  expect(await executor.execute(stubCall('late'))).toEqual(LOST);
});

test('a stop under work loses it and leaves neither a process nor a scratch folder', async () => {
  const state = join(stub.folder, 'stopped');
  const executor = start({ state });
  await executor.failure;
  expect(findByCommand(join(state, 'executors'))).toHaveLength(1);
  const end = executor.execute(stubCall('sleeps'));
  await executor.stop();
  expect(await end).toEqual(LOST);
  expect(findByCommand(join(state, 'executors'))).toEqual([]);
  expect(readdirSync(join(state, 'executors'))).toEqual([]);
});

test('an interpreter that is not there fails the start and names the log', async () => {
  const executor = start({ python: join(stub.folder, 'nowhere') });
  expect(await executor.failure).toMatch(/^the Spark executor ended while it started; its log is ".*\.log"$/);
  await executor.stop();
  expect(await executor.execute(stubCall('late'))).toEqual(LOST);
});
