import { attachProcess, detachProcess } from '../../../../infra/local/stack/attach-process.ts';
import { type AttachedRecord, readRecord } from '../../../../infra/local/stack/stack-record.ts';
import { makeFolder } from './temporary-folder.ts';

const worker: AttachedRecord = {
  ...{ pid: 1, startTime: '1', startedAt: 0, address: '', log: '' },
  name: 'worker',
  owner: { pid: 2, startTime: '2' },
};

test('a process is on record once, as it was put down last, until it is struck off', () => {
  const state = makeFolder();
  const client = { ...worker, pid: 3, name: 'client' as const };
  attachProcess(state, worker);
  attachProcess(state, client);

  attachProcess(state, { ...worker, owner: null });
  expect(readRecord(state).attached).toEqual([client, { ...worker, owner: null }]);

  detachProcess(state, { pid: 3, startTime: 'another' });
  expect(readRecord(state).attached).toHaveLength(2);
  detachProcess(state, client);
  expect(readRecord(state).attached).toEqual([{ ...worker, owner: null }]);
});
