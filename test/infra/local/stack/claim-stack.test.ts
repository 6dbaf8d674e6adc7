import { claimStack, releaseStack } from '../../../../infra/local/stack/claim-stack.ts';
import { identifySelf } from '../../../../infra/local/stack/process-identity.ts';
import { readRecord, updateRecord } from '../../../../infra/local/stack/stack-record.ts';
import { endSleepers, startSleeper } from './sleeper.ts';
import { makeFolder } from './temporary-folder.ts';

afterEach(endSleepers);

test('a stack that nobody holds is claimed and released', () => {
  const state = makeFolder();

  expect(claimStack(state).owner).toBeNull();
  expect(readRecord(state).owner).toEqual(identifySelf());

  releaseStack(state);
  expect(readRecord(state).owner).toBeNull();
});

test('a stack that a living command holds is refused with its pid', () => {
  const state = makeFolder();
  const { identity } = startSleeper();
  updateRecord(state, (record) => ({ ...record, owner: identity }));

  expect(() => claimStack(state)).toThrow(`the stack in "${state}" is used by process ${identity.pid}`);
  releaseStack(state);

  expect(readRecord(state).owner).toEqual(identity);
});

test('a stack on which a living command has a worker is refused', () => {
  const state = makeFolder();
  const { identity } = startSleeper();
  const worker = { ...identity, startedAt: 0, address: '', log: '', name: 'worker' as const, owner: identity };
  updateRecord(state, (record) => ({ ...record, attached: [worker] }));

  expect(() => claimStack(state)).toThrow(`is used by process ${identity.pid}`);
});

test('a stack whose owner was killed is claimed', async () => {
  const state = makeFolder();
  const killed = startSleeper();
  updateRecord(state, (record) => ({ ...record, owner: killed.identity }));
  await killed.kill();

  expect(claimStack(state).owner).toEqual(killed.identity);
  expect(readRecord(state).owner).toEqual(identifySelf());
});
