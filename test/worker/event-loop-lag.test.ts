import { setTimeout as sleep } from 'node:timers/promises';
import { type EventLoopLag, watchEventLoop } from '../../worker/event-loop-lag.ts';

let lag: EventLoopLag;

beforeEach(() => {
  lag = watchEventLoop();
});

afterEach(() => lag.stop());

/** Holds up the event loop of this process. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('an event loop that turns has next to no lag', async () => {
  await sleep(250);
  expect(lag.worst()).toBeLessThan(400);
});

test('a stall is seen while it lasts, and is still known after it', async () => {
  block(900);
  expect(lag.worst()).toBeGreaterThan(650);
  await sleep(250);
  expect(lag.worst()).toBeGreaterThan(650);
});

test('a stall is forgotten after ten seconds', () => {
  jest.useFakeTimers();
  const faked = watchEventLoop();
  try {
    jest.advanceTimersByTime(1_000);
    expect(faked.worst()).toBeLessThan(1);
    // Five seconds pass in which no timer runs.
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 5_000);
    jest.advanceTimersToNextTimer();
    clock.mockRestore();
    expect(faked.worst()).toBeGreaterThan(4_000);
    jest.advanceTimersByTime(16_000);
    expect(faked.worst()).toBeLessThan(1);
  } finally {
    faked.stop();
    jest.useRealTimers();
  }
});
