import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../../../../infra/local/stack/process-identity.ts';
import { readRecord, updateRecord } from '../../../../infra/local/stack/stack-record.ts';
import { type Stack, startStack } from '../../../../infra/local/stack/start-stack.ts';
import { stopStack } from '../../../../infra/local/stack/stop-stack.ts';
import { startWorker } from '../../../../infra/local/stack/worker.ts';
import { makeFakeCheckout, WORKER } from './fake-checkout.ts';
import { endSleepers, startSleeper, until } from './sleeper.ts';

const checkout = makeFakeCheckout();
const { stateDirectory } = checkout;
let stack: Stack;

const start = async (script = WORKER, signal = new AbortController().signal) => {
  const said: string[] = [];
  writeFileSync(join(checkout.checkout, 'worker/main.ts'), script);
  const report = (line: string) => said.push(line);
  return { worker: await startWorker(stack, { checkout: checkout.checkout, signal, report }), said };
};

// The group ends before the folders of this file are removed, and with them the record that stopping needs.
describe('the worker of a stack', () => {
  beforeAll(async () => {
    stack = await startStack({ ...checkout, report: () => {} });
  });

  afterAll(async () => {
    endSleepers();
    await stopStack({ stateDirectory });
  });

  test('a worker runs for this command until it is stopped', async () => {
    const { worker, said } = await start();
    const { record } = worker.process;

    expect(said).toEqual([expect.stringMatching(/^worker: ready after \d+\.\d s \(process \d+\)$/)]);
    expect(said[0]).toContain(`(process ${record.pid})`);
    expect(worker.replaces).toBe(false);
    expect(readRecord(stateDirectory).attached).toMatchObject([{ pid: record.pid, owner: { pid: process.pid } }]);

    await worker.stop();
    expect(isRunning(record)).toBe(false);
    expect(readRecord(stateDirectory).attached).toEqual([]);
  });

  test('a worker is waited for until it says that it is ready', async () => {
    const { worker, said } = await start(`setTimeout(() => { ${WORKER} }, 500);`);
    expect(said[0]).toMatch(/^worker: ready after (0\.[5-9]|[1-9]\.\d) s/);
    await worker.stop();
  });

  test('a worker that ends before it is ready fails with its log and leaves nothing', async () => {
    await expect(start('console.error("no such namespace"); process.exitCode = 1;')).rejects.toMatchObject({
      code: 'ENGINE_NOT_READY',
      message: expect.stringMatching(/^worker ended with code 1; .*\n {4}no such namespace$/) as string,
    });
    expect(readRecord(stateDirectory).attached).toEqual([]);
  });

  test('an interruption ends the waiting and the worker', async () => {
    const interrupted = new AbortController();
    const starting = start('setInterval(() => {}, 1000);', interrupted.signal);
    await until(() => readRecord(stateDirectory).attached.length === 1);
    const [worker] = readRecord(stateDirectory).attached;

    interrupted.abort(new Error('told to stop'));

    await expect(starting).rejects.toThrow('told to stop');
    expect(worker && isRunning(worker)).toBe(false);
  });

  test('what is set for workers elsewhere does not reach the worker', async () => {
    stack = {
      ...stack,
      environment: { ...stack.environment, PINFLOW_WORKER_BUILD: 'b-7', PINFLOW_WORKER_QUEUES: 'pinflow-io' },
    };
    const { worker } = await start(`console.log('build', process.env.PINFLOW_WORKER_BUILD, '.'); ${WORKER}`);
    expect(worker.process.quoteLog()).toContain('build  .');
    await worker.stop();
  });

  test('a worker that was left up is replaced', async () => {
    const { worker: left } = await start();
    left.leaveUp();
    expect(readRecord(stateDirectory).attached).toMatchObject([{ owner: null }]);

    const { worker, said } = await start();

    expect(said[0]).toBe(`worker: stopped (process ${left.process.record.pid})`);
    expect(worker.replaces).toBe(true);
    expect([left, worker].map(({ process }) => isRunning(process.record))).toEqual([false, true]);
    await worker.stop();
  });

  test('a worker of another living command stays', async () => {
    const owner = startSleeper().identity;
    const other = { ...startSleeper().identity, startedAt: 0, address: '', log: '', name: 'worker' as const, owner };
    updateRecord(stateDirectory, (record) => ({ ...record, attached: [other] }));

    const { worker } = await start();

    expect(isRunning(other)).toBe(true);
    await worker.stop();
    expect(readRecord(stateDirectory).attached).toEqual([other]);
    updateRecord(stateDirectory, (record) => ({ ...record, attached: [] }));
  });
});
