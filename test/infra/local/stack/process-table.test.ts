import { hasVariable, listGroup, readProcess } from '../../../../infra/local/stack/process-table.ts';
import { endSleepers, startSleeper, startZombie, until } from './sleeper.ts';

afterEach(endSleepers);

test('a process is told with its group and its start', () => {
  const { identity } = startSleeper();

  expect(readProcess(identity.pid)).toEqual({ ...identity, group: identity.pid, zombie: false });
  expect(readProcess(2 ** 30)).toBeUndefined();
});

test('a group lists what runs in it, without zombies', async () => {
  const { parent, zombie } = await startZombie();

  expect(readProcess(zombie.pid)).toMatchObject({ group: parent.pid, zombie: true });
  expect(listGroup(parent.pid).map(({ pid }) => pid)).toEqual([parent.pid]);
});

test('a group that does not exist lists nothing', async () => {
  const sleeper = startSleeper();
  await sleeper.kill();

  expect(listGroup(sleeper.identity.pid)).toEqual([]);
});

test('a process shows the variables it was started with', async () => {
  const { identity } = startSleeper('exec sleep 60', { PINFLOW_STATE: '/a/state' });

  await until(() => hasVariable(identity.pid, 'PINFLOW_STATE', '/a/state'));
  expect(hasVariable(identity.pid, 'PINFLOW_STATE', '/a')).toBe(false);
  expect(hasVariable(2 ** 30, 'PINFLOW_STATE', '/a/state')).toBe(false);
});
