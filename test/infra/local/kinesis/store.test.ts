import {
  endChanges,
  openStore,
  readStream,
  runOperation,
  settle,
  type Store,
  type Stream,
} from '../../../../infra/local/kinesis/store.ts';

/** A database with a stream that a process has left which was killed in the middle of a change. */
async function openWithStream(name: string, status: Stream['StreamStatus']): Promise<Store> {
  const store = await openStore(undefined);
  const stream = { StreamName: name, StreamStatus: status, RetentionPeriodHours: 24, Shards: [] };
  await settle((done) => store.metaDb.put(name, stream, done));
  return store;
}

test('a stream whose shards were being changed is active again', async () => {
  const store = await openWithStream('s', 'UPDATING');
  await endChanges(store);
  expect((await readStream(store, 's')).StreamStatus).toBe('ACTIVE');
});

test.each(['CREATING', 'DELETING'] as const)('a stream that was %s is gone, and its name is free', async (status) => {
  const store = await openWithStream('s', status);
  await endChanges(store);
  await expect(readStream(store, 's')).rejects.toMatchObject({ body: { __type: 'ResourceNotFoundException' } });
  await expect(runOperation(store, 'CreateStream', { StreamName: 's', ShardCount: 1 })).resolves.toBeUndefined();
});
