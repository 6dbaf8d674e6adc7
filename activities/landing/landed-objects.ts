import { landedKey, landedPrefix, parseLandedKey, topicPrefix, type TopicPartition } from '../../domain/names.ts';
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
  const objects = await readObjects(store, await listLandedKeys(store, where, start));
  if (objects[0]?.start === start) return objects;
  const older = (await listLandedKeys(store, where, 0)).filter((key) => key < landedKey({ ...where, start }));
  const before = await findLastObject(store, older);
  return before !== undefined && before.end > start ? [before, ...objects] : objects;
}

/** Undefined for an object that landing did not write: it says of no offset that it is landed. */
export async function readLandedObject(store: ObjectStore, key: string): Promise<LandedObject | undefined> {
  const name = parseLandedKey(key);
  if (name === undefined) return undefined;
  const metadata = await store.readMetadata(key);
  const [end, count] = [Number(metadata?.['end-offset']), Number(metadata?.['count'])];
  if (!Number.isSafeInteger(end) || !Number.isSafeInteger(count)) return undefined;
  return { key, partition: name.partition, start: name.start, end, count, sha256: metadata?.['sha256'] ?? '' };
}

/** Where landing goes on in a partition: after the last landed object, or at `low`, the first offset Kafka keeps (I3). */
export async function findNextOffset(store: ObjectStore, where: TopicPartition, low: number): Promise<number> {
  // What landed before the oldest record that is kept is of no interest, unless nothing landed since.
  const recent = await findLastObject(store, await listLandedKeys(store, where, low));
  const last = recent ?? (await findLastObject(store, await listLandedKeys(store, where, 0)));
  return last?.end ?? low;
}

/**
 * How many objects below a topic's prefix landing did not write. Nothing reads them. An object that bears the name of a
 * landed one is looked at from the first proven offset of its partition on, because older ones were when they were new.
 */
export async function countStrays(store: ObjectStore, topic: string, proven: readonly LandedObject[]): Promise<number> {
  const known = new Set(proven.map(({ key }) => key));
  const firsts = new Map(proven.toReversed().map(({ partition, start }) => [partition, start] as const));
  const suspects = (await store.listKeys(topicPrefix(topic))).filter((key) => {
    const name = parseLandedKey(key);
    return name === undefined || (!known.has(key) && name.start >= (firsts.get(name.partition) ?? Infinity));
  });
  return suspects.length - (await readObjects(store, suspects)).length;
}

async function readObjects(store: ObjectStore, keys: readonly string[]): Promise<LandedObject[]> {
  const objects = await Promise.all(keys.map((key) => readLandedObject(store, key)));
  return objects.flatMap((object) => object ?? []);
}

/** The last of the keys that is an object of landing: a stray that bears such a name must not hide those before it. */
async function findLastObject(store: ObjectStore, keys: readonly string[]): Promise<LandedObject | undefined> {
  for (const key of keys.toReversed()) {
    const object = await readLandedObject(store, key);
    if (object !== undefined) return object;
  }
  return undefined;
}

/** Keys of the partition's objects that begin at `start` or later, in offset order. */
async function listLandedKeys(store: ObjectStore, where: TopicPartition, start: number): Promise<string[]> {
  const after = start === 0 ? undefined : landedKey({ ...where, start: start - 1 });
  const keys = await store.listKeys(landedPrefix(where), after);
  return keys.filter((key) => parseLandedKey(key) !== undefined);
}
