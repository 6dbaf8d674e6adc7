import { CancelledFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { runWithHeartbeat } from '../../activities/heartbeat.ts';

function makeEnvironment() {
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const beats: unknown[] = [];
  environment.on('heartbeat', (beat: unknown) => beats.push(beat));
  return { environment, beats };
}

describe('a long activity', () => {
  test('beats with its progress, and goes on beating while one call takes long', async () => {
    jest.useFakeTimers();
    const { environment, beats } = makeEnvironment();
    const call = Promise.withResolvers<string>();
    const running = environment.run(() =>
      runWithHeartbeat('post pin', (report) => {
        report({ label: 'post pin', done: 1, total: 2 });
        return call.promise;
      }),
    );
    await jest.advanceTimersByTimeAsync(7_000);
    call.resolve('done');
    expect(await running).toBe('done');
    expect(beats).toEqual(Array.from({ length: 3 }, () => ({ label: 'post pin', done: 1, total: 2 })));
    await jest.advanceTimersByTimeAsync(10_000);
    expect(beats).toHaveLength(3);
    jest.useRealTimers();
  });

  test('is left at once when it is cancelled, and hears of it through its signal', async () => {
    const { environment } = makeEnvironment();
    const heard = Promise.withResolvers<void>();
    const running = environment.run(() =>
      runWithHeartbeat('post pin', (_, signal) => {
        signal.addEventListener('abort', () => heard.resolve());
        return new Promise(() => undefined);
      }),
    );
    environment.cancel();
    await expect(running).rejects.toThrow(CancelledFailure);
    await heard.promise;
  });
});
