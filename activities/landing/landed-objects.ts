import { landedKey, landedPrefix, parseLandedKey, type TopicPartition } from '../../domain/names.ts';
import type { OffsetRange } from '../../domain/offsets.ts';
import type { ObjectStore } from '../ports.ts';

/** A landed object and the offsets it holds, as its own metadata says. The object is the commit record. */
export interface LandedObject extends OffsetRange {
  readonly key: string;
  /** Lines, which are fewer than offsets where the log has gaps. The first line is the record at `start`. */
  readonly count: number;
  readonly sha256: string;
}

/**
 * The landed objects of one partition from the one that holds `start` onwards, in offset order. Only the first offset
 * is in the name. Where an object begins at `start`, as at the begin of every planned range (I3), the store is asked for
 * nothing older; otherwise the one that holds it has to be looked for among all.
 */
export async function listLandedObjects(
  store: ObjectStore,
  where: TopicPartition,
  start: number,
): Promise<LandedObject[]> {
  const first = landedKey({ ...where, start });
  let keys = await listLandedKeys(store, where, start);
  if (keys[0] !== first) {
    const all = await listLandedKeys(store, where, 0);
    keys = all.slice(
      Math.max(
        all.findLastIndex((key) => key <= first),
        0,
      ),
    );
  }
  const objects = await Promise.all(keys.map((key) => readLandedObject(store, key)));
  return objects.flatMap((object) => object ?? []).filter((object) => object.end > start);
}

/** Undefined for an object that landing did not write: it says of no offset that it is landed. */
export async function readLandedObject(store: ObjectStore, key: string): Promise<LandedObject | undefined> {
  const [name, metadata] = [parseLandedKey(key), await store.readMetadata(key)];
  const [end, count] = [Number(metadata?.['end-offset']), Number(metadata?.['count'])];
  if (name === undefined || !Number.isSafeInteger(end) || !Number.isSafeInteger(count)) return undefined;
  return { key, partition: name.partition, start: name.start, end, count, sha256: metadata?.['sha256'] ?? '' };
}

/** Where landing goes on in a partition: after the last landed object, or at `low`, the first offset Kafka keeps (I3). */
export async function findNextOffset(store: ObjectStore, where: TopicPartition, low: number): Promise<number> {
  // What landed before the oldest record that is kept is of no interest, unless nothing landed since.
  const recent = await listLandedKeys(store, where, low);
  const last = recent.at(-1) ?? (await listLandedKeys(store, where, 0)).at(-1);
  const object = last === undefined ? undefined : await readLandedObject(store, last);
  return object?.end ?? low;
}

/** Keys of the partition's objects that begin at `start` or later, in offset order. */
async function listLandedKeys(store: ObjectStore, where: TopicPartition, start: number): Promise<string[]> {
  const after = start === 0 ? undefined : landedKey({ ...where, start: start - 1 });
  const keys = await store.listKeys(landedPrefix(where), after);
  return keys.filter((key) => parseLandedKey(key) !== undefined);
}
