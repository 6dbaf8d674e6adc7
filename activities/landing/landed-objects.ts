import { landedKey, landedPrefix, parseLandedKey, type TopicPartition } from '../../domain/names.ts';
import type { OffsetRange } from '../../domain/offsets.ts';
import type { ObjectStore } from '../ports.ts';

/** A landed object and the offsets it holds, as its own metadata says. The object is the commit record. */
export interface LandedObject extends OffsetRange {
  readonly key: string;
  readonly sha256: string;
}

/**
 * The landed objects of one partition from the one that holds `start` onwards, in offset order. Only the first offset
 * is in the name, so the search begins one object earlier.
 */
export async function listLandedObjects(
  store: ObjectStore,
  { topic, partition }: TopicPartition,
  start: number,
): Promise<LandedObject[]> {
  const keys = (await store.listKeys(landedPrefix({ topic, partition }))).filter(
    (key) => parseLandedKey(key) !== undefined,
  );
  const from = keys.findLastIndex((key) => key <= landedKey({ topic, partition, start }));
  const objects = await Promise.all(keys.slice(Math.max(from, 0)).map((key) => readLandedObject(store, key)));
  return objects.flatMap((object) => object ?? []).filter((object) => object.end > start);
}

export async function readLandedObject(store: ObjectStore, key: string): Promise<LandedObject | undefined> {
  const [name, metadata] = [parseLandedKey(key), await store.readMetadata(key)];
  const end = Number(metadata?.['end-offset']);
  if (name === undefined || !Number.isSafeInteger(end)) return undefined;
  return { key, partition: name.partition, start: name.start, end, sha256: metadata?.['sha256'] ?? '' };
}

/** Where landing goes on in a partition: after the last landed object, or at `first` when there is none (I3). */
export async function findNextOffset(store: ObjectStore, where: TopicPartition, first: number): Promise<number> {
  const last = (await store.listKeys(landedPrefix(where))).findLast((key) => parseLandedKey(key) !== undefined);
  const object = last === undefined ? undefined : await readLandedObject(store, last);
  return object?.end ?? first;
}
