import { isRunning } from '../../../../infra/local/stack/process-identity.ts';
import { hasVariable, listGroup, readProcess } from '../../../../infra/local/stack/process-table.ts';
import { stopProcess } from '../../../../infra/local/stack/stop-process.ts';
import { endSleepers, startSleeper, until } from './sleeper.ts';

const options = { stateDirectory: '/some/state', graceMs: 5_000 };

afterEach(endSleepers);

test('a process ends together with everything it has started', async () => {
  const { identity } = startSleeper('sleep 60 & sleep 60 & wait');
  await until(() => listGroup(identity.pid).length === 3);

  await expect(stopProcess(identity, options)).resolves.toBe('stopped');

  expect(listGroup(identity.pid)).toEqual([]);
});

test('a process that takes no notice of SIGTERM is killed after its grace', async () => {
  const { identity } = startSleeper('trap "" TERM; sleep 60 & wait; sleep 60');
  await until(() => listGroup(identity.pid).length === 2);
  const began = Date.now();

  await expect(stopProcess(identity, { ...options, graceMs: 300 })).resolves.toBe('killed');

  expect(Date.now() - began).toBeGreaterThanOrEqual(300);
  expect(listGroup(identity.pid)).toEqual([]);
});

test('another process that has got the same pid is left alone', async () => {
  const { identity } = startSleeper();
  const recorded = { ...identity, startTime: '1' };

  await expect(stopProcess(recorded, options)).resolves.toBe('absent');

  expect(isRunning(identity)).toBe(true);
});

test('what a dead process has left in its group ends when it belongs to the state folder', async () => {
  const { identity } = startSleeper('sleep 60 & exit', { PINFLOW_STATE: '/some/state' });
  await until(() => readProcess(identity.pid) === undefined);
  // A process that has not got to its own program yet shows no variables.
  await until(() => listGroup(identity.pid).every(({ pid }) => hasVariable(pid, 'PINFLOW_STATE', '/some/state')));
  expect(listGroup(identity.pid)).toHaveLength(1);

  await expect(stopProcess(identity, options)).resolves.toBe('stopped');

  expect(listGroup(identity.pid)).toEqual([]);
});

test('a group without its leader that belongs to another state folder is left alone', async () => {
  const { identity } = startSleeper('sleep 60 & exit', { PINFLOW_STATE: '/another/state' });
  // While a dead leader is still there as a zombie, it proves whose group it is.
  await until(() => readProcess(identity.pid) === undefined);

  await expect(stopProcess(identity, options)).resolves.toBe('absent');

  expect(listGroup(identity.pid)).toHaveLength(1);
});
