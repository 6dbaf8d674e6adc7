import { listedKey, listedPrefix, parseListedKey, type TopicPartition } from '../../domain/names.ts';
import type { OffsetRange } from '../../domain/offsets.ts';
import type { ObjectStore } from '../ports.ts';
import type { LandedObject } from './landed-objects.ts';

/** What the manifest of a run has of a topic. */
export interface Listed {
  readonly topic: string;
  /** Workflow id, kept in each mark for people who look for its origin. */
  readonly run: string;
  readonly planned: readonly OffsetRange[];
  readonly objects: readonly LandedObject[];
}

/**
 * Objects of ours say for which run they were written. Those of a sink do not, so marks say up to which offset of a
 * partition they are in the manifest of some run. The greatest mark counts; none is ever changed (I7).
 */
export async function findListedEnd(store: ObjectStore, where: TopicPartition): Promise<number | undefined> {
  const ends = (await store.listKeys(listedPrefix(where))).flatMap((key) => parseListedKey(key) ?? []);
  return ends.at(-1);
}

/**
 * Marks where the objects of the planned ranges end, once a manifest lists them. An object that goes on after its range
 * is listed as a whole, so that the next run begins with the next object.
 */
export async function markListed(store: ObjectStore, { topic, run, planned, objects }: Listed): Promise<void> {
  for (const { partition, start, end } of planned) {
    const ends = objects
      .filter((object) => object.partition === partition && object.start < end && object.end > start)
      .map((object) => object.end);
    if (ends.length === 0) continue;
    const key = listedKey({ topic, partition, end: Math.max(...ends) });
    await store.createObject({ key, body: run, contentType: 'text/plain' });
  }
}
