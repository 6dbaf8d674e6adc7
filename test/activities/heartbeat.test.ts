import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { withHeartbeats, withProgress } from '../../activities/heartbeat.ts';

const BEAT_MS = 2_000;

/** An activity under way, and the details of its beats. */
function makeEnvironment() {
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const beats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => beats.push(details));
  return { environment, beats };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('an activity beats for as long as it runs and not afterwards', async () => {
  const { environment, beats } = makeEnvironment();
  const end = Promise.withResolvers<string>();
  const { wait } = withHeartbeats({ wait: () => end.promise });

  const running = environment.run(wait);
  await jest.advanceTimersByTimeAsync(3 * BEAT_MS);
  expect(beats).toHaveLength(3);

  end.resolve('done');
  expect(await running).toBe('done');
  await jest.advanceTimersByTimeAsync(3 * BEAT_MS);
  expect(beats).toHaveLength(3);
});

test('beats carry what the activity last told of itself', async () => {
  const { environment, beats } = makeEnvironment();
  const end = Promise.withResolvers<void>();
  const { land } = withHeartbeats({
    land: () =>
      withProgress('land pin', async (report) => {
        await end.promise;
        report({ label: 'land pin', done: 5, total: 9 });
        await new Promise((resolve) => setTimeout(resolve, BEAT_MS + 1));
      }),
  });

  const running = environment.run(land);
  await jest.advanceTimersByTimeAsync(BEAT_MS);
  end.resolve();
  await jest.advanceTimersByTimeAsync(BEAT_MS + 1);
  await running;

  expect(beats).toEqual([
    { label: 'land pin', done: 0, total: 0 },
    { label: 'land pin', done: 5, total: 9 },
    { label: 'land pin', done: 5, total: 9 },
  ]);
});

test('a cancelled activity ends at once, and what it was doing is told to stop', async () => {
  const { environment } = makeEnvironment();
  let signalled = false;
  const { hang } = withHeartbeats({
    hang: () =>
      withProgress('hang', async (_, signal) => {
        signal.addEventListener('abort', () => (signalled = true));
        await new Promise(() => undefined);
      }),
  });

  const running = environment.run(hang);
  environment.cancel('CANCELLED');

  await expect(running).rejects.toThrow('CANCELLED');
  expect(signalled).toBe(true);
});
