import type { Worker } from '@temporalio/worker';
import { type RunnableWorker, runWorkers } from '../../worker/run-workers.ts';

type State = ReturnType<Worker['getState']>;

/** A worker that runs until it is shut down or fails. */
class FakeWorker implements RunnableWorker {
  state: State = 'INITIALIZED';
  shutdowns = 0;
  readonly #ended = Promise.withResolvers<void>();

  async run(): Promise<void> {
    this.state = 'RUNNING';
    await this.#ended.promise;
  }

  shutdown(): void {
    if (this.state !== 'RUNNING') throw new Error(`not running but ${this.state}`);
    this.shutdowns += 1;
    this.state = 'DRAINING';
  }

  getState(): State {
    return this.state;
  }

  end(): void {
    this.state = 'STOPPED';
    this.#ended.resolve();
  }

  fail(error: Error): void {
    this.state = 'FAILED';
    this.#ended.reject(error);
  }
}

/** Says whether a promise has settled by now. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => (settled = true);
  void promise.then(settle, settle);
  await new Promise(setImmediate);
  return settled;
}

test('workers run until all of them have drained', async () => {
  const [first, second] = [new FakeWorker(), new FakeWorker()];
  const running = runWorkers([first, second]);

  expect([first.state, second.state]).toEqual(['RUNNING', 'RUNNING']);
  first.end();
  expect(await hasSettled(running)).toBe(false);
  second.end();

  await expect(running).resolves.toBeUndefined();
  expect([first.shutdowns, second.shutdowns]).toEqual([0, 0]);
});

test('a worker that fails drains the others, and its error is thrown when they have ended', async () => {
  const [failing, healthy, drained] = [new FakeWorker(), new FakeWorker(), new FakeWorker()];
  const running = runWorkers([failing, healthy, drained]);
  drained.end();

  failing.fail(new Error('poll failed'));
  expect(await hasSettled(running)).toBe(false);
  expect([healthy.shutdowns, drained.shutdowns]).toEqual([1, 0]);
  healthy.end();

  await expect(running).rejects.toThrow('poll failed');
});
