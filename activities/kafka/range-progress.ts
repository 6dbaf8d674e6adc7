import { mergeRanges, type OffsetRange } from '../../domain/offsets.ts';

interface PartitionProgress {
  readonly ranges: readonly OffsetRange[];
  readonly end: number;
  /** Every wanted offset below this one has been taken. */
  position: number;
}

/** How far each partition of a topic has been read, and which records are still wanted. */
export class RangeProgress {
  readonly #partitions = new Map<number, PartitionProgress>();

  constructor(ranges: readonly OffsetRange[]) {
    for (const [partition, own] of Map.groupBy(mergeRanges(ranges), (range) => range.partition)) {
      const position = Math.min(...own.map((range) => range.start));
      this.#partitions.set(partition, { ranges: own, end: Math.max(...own.map((range) => range.end)), position });
    }
  }

  /** The wanted records of a batch that were not taken before. */
  select<R extends { readonly offset: number }>(partition: number, records: readonly R[]): R[] {
    const progress = this.#partitions.get(partition);
    if (progress === undefined) return [];
    return records.filter(
      ({ offset }) =>
        offset >= progress.position && progress.ranges.some((range) => range.start <= offset && offset < range.end),
    );
  }

  /** Notes that every offset below `position` has been read. */
  advance(partition: number, position: number): void {
    const progress = this.#partitions.get(partition);
    if (progress !== undefined) progress.position = Math.max(progress.position, position);
  }

  /** The offset to read next, or undefined where nothing more is wanted. */
  nextOffset(partition: number): number | undefined {
    const progress = this.#partitions.get(partition);
    return progress === undefined || progress.position >= progress.end ? undefined : progress.position;
  }

  /** What is left to read, one range per partition. */
  remaining(): OffsetRange[] {
    return [...this.#partitions].flatMap(([partition, { position, end }]) =>
      position < end ? [{ partition, start: position, end }] : [],
    );
  }
}
