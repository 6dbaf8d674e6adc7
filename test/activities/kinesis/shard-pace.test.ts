import { ShardPace } from '../../../activities/kinesis/shard-pace.ts';

const call = (stored: number, failed: number, random = 1) => ({ stored, failed, now: 0, random });

describe('ShardPace', () => {
  it('waits until it may send all that waits, or as much as it sends at once', () => {
    const pace = new ShardPace(0);
    for (let i = 0; i < 100; i++) expect(pace.takeRecord(10, 0)).toBe(true);
    expect(pace.takeRecord(10, 0)).toBe(false);
    expect(pace.readyAt({ records: 9, bytes: 90 }, 0)).toBeCloseTo(10);
    expect(pace.readyAt({ records: 5_000, bytes: 50_000 }, 0)).toBeCloseTo(1_000 / 9);
  });

  it('doubles the bound of its wait from failure to failure, up to 5 s, and begins anew with the first record it takes', () => {
    const waits = [call(0, 1), call(0, 1), call(0, 1), call(0, 1), call(0, 1), call(0, 1), call(0, 1), call(0, 1)];
    const pace = new ShardPace(0);
    const ready = waits.map((noted) => {
      pace.noteCall(noted);
      return pace.readyAt({ records: 1, bytes: 1 }, 0);
    });
    expect(ready).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    pace.noteCall({ ...call(1, 1), now: 10_000 });
    expect(pace.readyAt({ records: 1, bytes: 1 }, 10_000)).toBe(10_100);
  });

  it('waits for a random part of the bound, and not at all after a success', () => {
    const pace = new ShardPace(0);
    pace.noteCall(call(5, 0));
    expect(pace.readyAt({ records: 1, bytes: 1 }, 0)).toBe(0);
    pace.noteCall(call(0, 1, 0.25));
    expect(pace.readyAt({ records: 1, bytes: 1 }, 0)).toBe(25);
  });
});
