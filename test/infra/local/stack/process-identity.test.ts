import {
  identifyProcess,
  identifySelf,
  isRunning,
  isSameProcess,
} from '../../../../infra/local/stack/process-identity.ts';
import { endSleepers, startSleeper, startZombie } from './sleeper.ts';

afterEach(endSleepers);

test('a process keeps its identity until it ends', async () => {
  const sleeper = startSleeper();
  const { identity } = sleeper;

  expect(identifyProcess(identity.pid)).toEqual(identity);
  expect(isRunning(identity)).toBe(true);

  await sleeper.kill();
  expect(isRunning(identity)).toBe(false);
});

test('a process of the same pid that started at another time is another process', () => {
  const self = identifySelf();
  const other = { ...self, startTime: `${self.startTime}0` };

  expect([isRunning(self), isRunning(other)]).toEqual([true, false]);
  expect([isSameProcess(self, { ...self }), isSameProcess(self, other)]).toEqual([true, false]);
});

test('a pid that no process has gives no identity', () => {
  expect(identifyProcess(2 ** 30)).toBeUndefined();
});

test('a zombie has ended', async () => {
  const { zombie } = await startZombie();

  expect(identifyProcess(zombie.pid)).toEqual({ pid: zombie.pid, startTime: zombie.startTime });
  expect(isRunning(zombie)).toBe(false);
});
