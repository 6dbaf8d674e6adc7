import fc from 'fast-check';
import { RangeProgress } from '../../../activities/kafka/range-progress.ts';

function offsets(first: number, last: number): { offset: number }[] {
  return Array.from({ length: last - first + 1 }, (_, i) => ({ offset: first + i }));
}

describe('RangeProgress', () => {
  it('drops records before the start, from the end on and of other partitions', () => {
    const progress = new RangeProgress([{ partition: 1, start: 5, end: 8 }]);
    expect(progress.select(1, offsets(3, 9))).toEqual(offsets(5, 7));
    expect(progress.select(0, offsets(5, 6))).toEqual([]);
  });

  it('drops records that a reader gets again after it moved back', () => {
    const progress = new RangeProgress([{ partition: 0, start: 0, end: 10 }]);
    progress.advance(0, 6);
    progress.advance(0, 4);
    expect(progress.nextOffset(0)).toBe(6);
    expect(progress.select(0, offsets(2, 7))).toEqual(offsets(6, 7));
  });

  it('is done with a range once its end was passed, though nothing stands there', () => {
    const progress = new RangeProgress([
      { partition: 0, start: 0, end: 10 },
      { partition: 1, start: 3, end: 4 },
    ]);
    progress.advance(0, 25);
    expect(progress.nextOffset(0)).toBeUndefined();
    expect(progress.remaining()).toEqual([{ partition: 1, start: 3, end: 4 }]);
    progress.advance(1, 4);
    expect(progress.remaining()).toEqual([]);
  });

  it('has nothing to do for empty ranges', () => {
    expect(new RangeProgress([]).remaining()).toEqual([]);
    expect(new RangeProgress([{ partition: 0, start: 4, end: 4 }]).remaining()).toEqual([]);
  });

  it('hands out every wanted offset once and in order, however often a reader is set back', () => {
    const ranges = fc.array(
      fc
        .record({ partition: fc.constant(0), start: fc.nat(50), length: fc.nat(20) })
        .map(({ partition, start, length }) => ({
          partition,
          start,
          end: start + length,
        })),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(ranges, fc.array(fc.tuple(fc.nat(8), fc.nat(30)), { maxLength: 20 }), (wanted, steps) => {
        const progress = new RangeProgress(wanted);
        const taken: number[] = [];
        const read = (first: number, last: number) => {
          taken.push(...progress.select(0, offsets(first, last)).map(({ offset }) => offset));
          progress.advance(0, last + 1);
        };
        for (const [back, length] of steps) {
          const next = progress.nextOffset(0);
          if (next !== undefined) read(Math.max(0, next - back), next + length);
        }
        const next = progress.nextOffset(0);
        if (next !== undefined) read(next, 100);
        const all = new Set(wanted.flatMap(({ start, end }) => offsets(start, end - 1).map(({ offset }) => offset)));
        expect(taken).toEqual([...all].toSorted((a, b) => a - b));
      }),
    );
  });
});
