import { isRunning } from '../../../../infra/local/stack/process-identity.ts';
import { readProcess } from '../../../../infra/local/stack/process-table.ts';
import { describeEnd, startProcess } from '../../../../infra/local/stack/start-process.ts';
import { stopProcess } from '../../../../infra/local/stack/stop-process.ts';
import { until } from './sleeper.ts';
import { makeFolder } from './temporary-folder.ts';

const plan = { name: 'kafka', command: '/bin/sh', cwd: '/', address: '127.0.0.1:1', env: {} } as const;

test('a process leads a group of its own and writes both outputs to its log', async () => {
  const stateDirectory = makeFolder();
  const args = ['-c', 'echo "$GREETING"; echo oops >&2; exec sleep 60'];

  const started = startProcess(
    { ...plan, args, env: { PATH: process.env['PATH'], GREETING: 'hello' } },
    stateDirectory,
  );

  expect(started.record).toMatchObject({ address: '127.0.0.1:1', log: `${stateDirectory}/logs/kafka.log` });
  expect(Date.now() - started.record.startedAt).toBeLessThan(5_000);
  expect(readProcess(started.record.pid)?.group).toBe(started.record.pid);
  expect(isRunning(started.record)).toBe(true);
  await until(() => started.quoteLog().includes('oops'));

  await stopProcess(started.record, { stateDirectory, graceMs: 5_000 });
  await expect(started.ended).resolves.toBe('was ended by SIGTERM');
  expect(started.quoteLog()).toBe('    hello\n    oops');
});

test('an end is told with the log and its last lines', async () => {
  const stateDirectory = makeFolder();
  const started = startProcess({ ...plan, args: ['-c', 'echo full; exit 4'] }, stateDirectory);

  const how = await started.ended;

  expect(describeEnd(started, how)).toBe(
    `kafka ended with code 4; its log "${stateDirectory}/logs/kafka.log" ends with:\n    full`,
  );
});

test('what is no program is refused', () => {
  expect(() => startProcess({ ...plan, command: '/no/such', args: [] }, makeFolder())).toThrow(
    'kafka could not be started: "/no/such" is no program',
  );
});
