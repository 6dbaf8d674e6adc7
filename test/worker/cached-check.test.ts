import { setTimeout as sleep } from 'node:timers/promises';
import { createCheck, type Probe } from '../../worker/cached-check.ts';

const limits = { limitMs: 40, keepMs: 120 };

test('an answer is kept for a while, good or bad, and then asked for again', async () => {
  const answers = [undefined, 'broken', undefined];
  let asked = 0;
  const check = createCheck(async () => {
    const wrong = answers[asked++];
    if (wrong !== undefined) throw new Error(wrong);
  }, limits);

  expect(await Promise.all([check(), check()])).toEqual([undefined, undefined]);
  expect(asked).toBe(1);
  await sleep(150);
  expect([await check(), await check()]).toEqual(['broken', 'broken']);
  expect(asked).toBe(2);
  await sleep(150);
  expect(await check()).toBeUndefined();
  expect(asked).toBe(3);
});

test('a probe that hangs is given up and told so, and the next one may answer', async () => {
  const signals: AbortSignal[] = [];
  const probe: Probe = (signal) => (signals.push(signal) === 1 ? new Promise(() => {}) : Promise.resolve());
  const check = createCheck(probe, limits);

  const began = performance.now();
  expect(await check()).toBe('no answer within 0.04 s');
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(signals[0]?.aborted).toBe(true);

  await sleep(150);
  expect(await check()).toBeUndefined();
  expect(signals[1]?.aborted).toBe(false);
});
