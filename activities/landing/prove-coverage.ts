import { PinflowError } from '../../domain/errors.ts';
import { findOverlaps, findUncovered, formatRange, type OffsetRange } from '../../domain/offsets.ts';
import type { ObjectStore } from '../ports.ts';
import { type LandedObject, listLandedObjects } from './landed-objects.ts';

/** Gaps and overlaps that an error names; it says how many more there are. */
const NAMED = 5;

/**
 * The objects that hold the wanted ranges of a topic.
 * @throws PinflowError COVERAGE_INCOMPLETE naming what is in no object or in two (I1, I3)
 */
export async function findCovering(
  topic: string,
  wanted: readonly OffsetRange[],
  store: ObjectStore,
): Promise<LandedObject[]> {
  const objects: LandedObject[] = [];
  for (const [partition, ranges] of Map.groupBy(wanted, (range) => range.partition)) {
    const start = Math.min(...ranges.map((range) => range.start));
    const landed = await listLandedObjects(store, { topic, partition }, start);
    objects.push(
      ...landed.filter((object) => ranges.some((range) => object.start < range.end && object.end > range.start)),
    );
  }
  return assertCovered(topic, wanted, objects);
}

/** Returns the objects if each wanted offset is in exactly one of them. */
export function assertCovered(topic: string, wanted: readonly OffsetRange[], objects: LandedObject[]): LandedObject[] {
  const missing = findUncovered(wanted, objects).map((range) => `${formatRange(range)} in no object`);
  const twice = findOverlaps(objects).map(([a, b]) => `${formatRange(a)} and ${formatRange(b)} overlap`);
  const problems = [...missing, ...twice];
  if (problems.length === 0) return objects;
  const more = problems.length > NAMED ? [`and ${problems.length - NAMED} more`] : [];
  throw new PinflowError(
    'COVERAGE_INCOMPLETE',
    `topic "${topic}": ${[...problems.slice(0, NAMED), ...more].join('; ')}`,
  );
}
