import { isRunning } from '../../../../infra/local/stack/process-identity.ts';
import { readRecord, updateRecord } from '../../../../infra/local/stack/stack-record.ts';
import { type Stack, startStack } from '../../../../infra/local/stack/start-stack.ts';
import { stopStack } from '../../../../infra/local/stack/stop-stack.ts';
import { startWorker } from '../../../../infra/local/stack/worker.ts';
import { makeFakeCheckout } from './fake-checkout.ts';
import { endSleepers, startSleeper } from './sleeper.ts';

const checkout = makeFakeCheckout();
const { stateDirectory } = checkout;
let stack: Stack;

const start = async () => {
  const said: string[] = [];
  return { worker: await startWorker(stack, checkout.checkout, (line) => said.push(line)), said };
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

    expect(said).toEqual([`worker: started (process ${record.pid})`]);
    expect(worker.replaces).toBe(false);
    expect(readRecord(stateDirectory).attached).toMatchObject([{ pid: record.pid, owner: { pid: process.pid } }]);

    await worker.stop();
    expect(isRunning(record)).toBe(false);
    expect(readRecord(stateDirectory).attached).toEqual([]);
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
