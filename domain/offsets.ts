/**
 * Offset arithmetic. A range is half-open: it holds the offsets start, start + 1, …, end - 1 of one partition.
 */
export interface OffsetRange {
  readonly partition: number;
  readonly start: number;
  readonly end: number;
}

/** Number of offsets in a list of disjoint ranges. */
export function countOffsets(ranges: readonly OffsetRange[]): number {
  return ranges.reduce((total, range) => total + (range.end - range.start), 0);
}

/** Sorts by partition and start, drops empty ranges and joins those that touch or overlap. */
export function mergeRanges(ranges: readonly OffsetRange[]): OffsetRange[] {
  const sorted = ranges
    .filter((range) => range.end > range.start)
    .toSorted((a, b) => a.partition - b.partition || a.start - b.start);
  const merged: OffsetRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && last.partition === range.partition && range.start <= last.end) {
      merged[merged.length - 1] = { ...last, end: Math.max(last.end, range.end) };
    } else {
      merged.push(range);
    }
  }
  return merged;
}

/** The parts of `wanted` that no range of `covering` holds. */
export function findUncovered(wanted: readonly OffsetRange[], covering: readonly OffsetRange[]): OffsetRange[] {
  const cover = mergeRanges(covering);
  return mergeRanges(wanted).flatMap((range) => {
    const missing: OffsetRange[] = [];
    let next = range.start;
    for (const part of cover) {
      if (part.partition !== range.partition || part.end <= next || part.start >= range.end) continue;
      if (part.start > next) missing.push({ partition: range.partition, start: next, end: part.start });
      next = Math.max(next, part.end);
    }
    if (next < range.end) missing.push({ partition: range.partition, start: next, end: range.end });
    return missing;
  });
}

/** Pairs of neighbours that overlap: the evidence that I3 does not hold. */
export function findOverlaps(ranges: readonly OffsetRange[]): [OffsetRange, OffsetRange][] {
  const sorted = ranges.toSorted((a, b) => a.partition - b.partition || a.start - b.start);
  return sorted.flatMap((range, i) => {
    const next = sorted[i + 1];
    return next !== undefined && next.partition === range.partition && next.start < range.end
      ? [[range, next] as [OffsetRange, OffsetRange]]
      : [];
  });
}

/** Offsets of one partition, each once, as the fewest ranges. */
export function rangesOfOffsets(
  offsets: readonly { readonly partition: number; readonly offset: number }[],
): OffsetRange[] {
  return mergeRanges(offsets.map(({ partition, offset }) => ({ partition, start: offset, end: offset + 1 })));
}

export function formatRange({ partition, start, end }: OffsetRange): string {
  return `partition ${partition} [${start}, ${end})`;
}
