import { deleteRecords, readShard, readStream, type RecordPlace, type Store } from './store.ts';

/** Takes the records away that came before a time, as the end of their retention does; says how many they were. */
export async function trimStream(store: Store, name: string, before: Date): Promise<number> {
  const { Shards } = await readStream(store, name);
  const places: RecordPlace[] = [];
  for (const { ShardId: shardId } of Shards) {
    for await (const record of readShard(store, { stream: name, shardId })) {
      if (record.ApproximateArrivalTimestamp * 1_000 >= before.getTime()) break;
      places.push({ shardId, sequenceNumber: record.SequenceNumber });
    }
  }
  await deleteRecords(store, name, places);
  return places.length;
}
