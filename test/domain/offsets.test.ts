import fc from 'fast-check';
import {
  countOffsets,
  findOverlaps,
  findUncovered,
  formatRange,
  mergeRanges,
  type OffsetRange,
  rangesOfOffsets,
} from '../../domain/offsets.ts';

const range = (partition: number, start: number, end: number): OffsetRange => ({ partition, start, end });

/** Few partitions and small offsets, so that ranges touch, overlap and repeat often. */
const ranges = fc.array(
  fc
    .tuple(fc.nat(2), fc.nat(20), fc.nat(6))
    .map(([partition, start, length]) => range(partition, start, start + length)),
  { maxLength: 12 },
);

/** The offsets of the ranges, written out: the plain meaning everything below is compared with. */
function spell(list: readonly OffsetRange[]): Set<string> {
  const offsets = new Set<string>();
  for (const { partition, start, end } of list) {
    for (let offset = start; offset < end; offset++) offsets.add(`${partition}:${offset}`);
  }
  return offsets;
}

describe('mergeRanges', () => {
  test('ranges that touch or overlap become one, empty ones disappear', () => {
    const merged = mergeRanges([
      range(1, 5, 9),
      range(0, 3, 5),
      range(0, 0, 3),
      range(0, 4, 4),
      range(0, 7, 8),
      range(1, 6, 7),
    ]);
    expect(merged).toEqual([range(0, 0, 5), range(0, 7, 8), range(1, 5, 9)]);
  });

  test('the same offsets are kept, in the fewest ranges, in order', () => {
    fc.assert(
      fc.property(ranges, (list) => {
        const merged = mergeRanges(list);
        expect(spell(merged)).toEqual(spell(list));
        expect(countOffsets(merged)).toBe(spell(list).size);
        merged.slice(1).forEach((next, i) => {
          const last = merged[i];
          expect(
            last?.partition !== next.partition ? (last?.partition ?? -1) < next.partition : last.end < next.start,
          ).toBe(true);
        });
      }),
    );
  });

  test('the input is not changed', () => {
    const list = Object.freeze([range(0, 5, 9), range(0, 0, 5)].map((each) => Object.freeze(each)));
    expect(mergeRanges(list)).toEqual([range(0, 0, 9)]);
    expect(list).toEqual([range(0, 5, 9), range(0, 0, 5)]);
  });
});

describe('findUncovered', () => {
  test('the gaps before, between and after the covering ranges are named', () => {
    expect(findUncovered([range(0, 0, 10)], [range(0, 2, 4), range(0, 6, 8)])).toEqual([
      range(0, 0, 2),
      range(0, 4, 6),
      range(0, 8, 10),
    ]);
  });

  test('another partition covers nothing', () => {
    expect(findUncovered([range(0, 0, 2)], [range(1, 0, 2)])).toEqual([range(0, 0, 2)]);
  });

  test('exactly the offsets that are wanted and not covered are found', () => {
    fc.assert(
      fc.property(ranges, ranges, (wanted, covering) => {
        const covered = spell(covering);
        const expected = [...spell(wanted)].filter((offset) => !covered.has(offset));
        expect(spell(findUncovered(wanted, covering))).toEqual(new Set(expected));
        expect(findUncovered(wanted, covering)).toEqual(mergeRanges(findUncovered(wanted, covering)));
      }),
    );
  });
});

describe('findOverlaps', () => {
  test('ranges that only touch do not overlap', () => {
    expect(findOverlaps([range(0, 5, 9), range(0, 0, 5), range(1, 0, 9)])).toEqual([]);
  });

  test('a range that is there twice overlaps itself', () => {
    expect(findOverlaps([range(0, 0, 5), range(0, 0, 5)])).toEqual([[range(0, 0, 5), range(0, 0, 5)]]);
  });

  test('an overlap is found exactly when an offset is held twice', () => {
    const filled = ranges.map((list) => list.filter(({ start, end }) => end > start));
    fc.assert(
      fc.property(filled, (list) => {
        expect(findOverlaps(list).length > 0).toBe(spell(list).size < countOffsets(list));
      }),
    );
  });

  test('every pair that is named shares an offset', () => {
    const filled = ranges.map((list) => list.filter(({ start, end }) => end > start));
    fc.assert(
      fc.property(filled, (list) => {
        for (const [a, b] of findOverlaps(list)) expect(spell([a, b]).size).toBeLessThan(countOffsets([a, b]));
      }),
    );
  });
});

describe('rangesOfOffsets', () => {
  test('offsets in any order and more than once give the fewest ranges', () => {
    const offsets = [7, 1, 2, 2, 0, 9].map((offset) => ({ partition: 3, offset }));
    expect(rangesOfOffsets(offsets)).toEqual([range(3, 0, 3), range(3, 7, 8), range(3, 9, 10)]);
  });

  test('the offsets can be read back from the ranges', () => {
    const offset = fc.record({ partition: fc.nat(2), offset: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(offset), (offsets) => {
        const spelled = new Set(offsets.map((each) => `${each.partition}:${each.offset}`));
        expect(spell(rangesOfOffsets(offsets))).toEqual(spelled);
      }),
    );
  });
});

test('a range is written as a half-open interval', () => {
  expect(formatRange(range(2, 0, 3718))).toBe('partition 2 [0, 3718)');
});
