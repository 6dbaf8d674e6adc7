import { identifySelf, isRunning } from '../../../../infra/local/stack/process-identity.ts';
import { readRecord, updateRecord } from '../../../../infra/local/stack/stack-record.ts';
import { stopStack } from '../../../../infra/local/stack/stop-stack.ts';
import { endSleepers, startSleeper } from './sleeper.ts';
import { makeFolder } from './temporary-folder.ts';

const facts = { startedAt: 0, address: '', log: '' };

afterEach(endSleepers);

test('a stop ends workers and engines and keeps the ports for the next start', async () => {
  const stateDirectory = makeFolder();
  const engine = { ...startSleeper().identity, ...facts, name: 'kafka' as const };
  const worker = { ...startSleeper().identity, ...facts, name: 'worker' as const, owner: identifySelf() };
  updateRecord(stateDirectory, () => ({
    owner: identifySelf(),
    ports: { kafka: 1 },
    engines: [engine],
    attached: [worker],
  }));

  await stopStack({ stateDirectory });

  expect([engine, worker].map(isRunning)).toEqual([false, false]);
  expect(readRecord(stateDirectory)).toEqual({ owner: null, ports: { kafka: 1 }, engines: [], attached: [] });
});

test('a stop takes nothing from a command that still runs', async () => {
  const stateDirectory = makeFolder();
  const owner = startSleeper().identity;
  const engine = { ...startSleeper().identity, ...facts, name: 'kafka' as const };
  updateRecord(stateDirectory, (record) => ({ ...record, owner, engines: [engine] }));

  await expect(stopStack({ stateDirectory })).rejects.toThrow(
    `the stack in "${stateDirectory}" is used by process ${owner.pid}`,
  );

  expect(isRunning(engine)).toBe(true);
});

test('a stop of what is not up is no failure', async () => {
  await expect(stopStack({ stateDirectory: makeFolder() })).resolves.toBeUndefined();
});
