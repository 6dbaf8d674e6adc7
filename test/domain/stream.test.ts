import { mapKinds } from '../../domain/kinds.ts';
import {
  checkStream,
  findStreamImbalances,
  planSlice,
  planStream,
  type ShardLedger,
  sumShards,
} from '../../domain/stream.ts';

describe('a stream', () => {
  test('needs no input: every field has a default', () => {
    expect(checkStream({})).toEqual({
      ...{ pipeline: 'pinterest', rate: 20, rows: undefined, seed: 100, source: { kind: 'synthetic' }, order: 'sweep' },
    });
  });

  test('has all that is wrong with its input told at once', () => {
    const checked = planStream({ pipeline: 'P', rate: 'fast', rows: 0, date: '2026-11-22' });
    expect('problems' in checked && checked.problems.map((problem) => problem.split(':')[0])).toEqual([
      ...['date', 'rate', 'pipeline', 'rows'],
    ]);
    expect(planStream(7)).toEqual({ problems: ['input: expected an object such as {"rate":20}, got 7'] });
  });

  test.each([0, 0.09, 5_001, NaN, Infinity, '20', null])('cannot be sent at the rate %p', (rate) => {
    expect(() => checkStream({ rate: rate as number })).toThrow(/^rate: expected posts in a second from 0.1 to 5000/);
  });
});

describe('a slice of a stream', () => {
  const from = { number: 3, first: 40, left: 1_000 };

  test('has what is due within five seconds', () => {
    expect(planSlice({ ...from, rate: 20 })).toEqual({ number: 3, first: 40, posts: 100, rate: 20 });
  });

  test('has one post at least, and no more than are left', () => {
    expect(planSlice({ ...from, rate: 0.1 }).posts).toBe(1);
    expect(planSlice({ ...from, left: 7, rate: 20 }).posts).toBe(7);
  });
});

describe('the ledger of a stream', () => {
  const exact: ShardLedger = { put: 10, rows: 7, quarantined: 1, duplicates: 2, missing: 0 };

  test('is exact where every put is in one class', () => {
    const ledger = mapKinds(() => ({ 's/shardId-0': exact, 's/shardId-1': exact }));
    expect(findStreamImbalances(ledger)).toEqual([]);
    expect(sumShards(ledger, 'pin')).toEqual({ put: 20, rows: 14, quarantined: 2, duplicates: 4, missing: 0 });
  });

  test('names the shard of records that are nowhere, and classes that do not add up', () => {
    const ledger = {
      ...mapKinds(() => ({})),
      geo: { 's/a': { ...exact, rows: 6, missing: 1 }, 's/b': { ...exact, put: 9 } },
    };
    expect(findStreamImbalances(ledger)).toEqual([
      'geo of s/a: 1 of 10 records are in no table',
      'geo of s/b: put 9 but rows 7 + quarantined 1 + duplicates 2 = 10',
    ]);
  });
});
