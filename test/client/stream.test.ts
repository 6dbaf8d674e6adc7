import { findDifferences } from '../../client/commands/stream-run.ts';
import { toStreamInput } from '../../client/commands/stream.ts';
import { drawStream } from '../../client/draw-stream.ts';
import { summariseStream } from '../../client/summarise-stream.ts';
import { mapKinds } from '../../domain/kinds.ts';
import { checkStream, type StreamProgress } from '../../domain/stream.ts';

const kind = { put: 120, rows: 100, quarantined: 0, duplicates: 0, perSecond: 19.96, lagSeconds: 0 };
const progress: StreamProgress = {
  ...{ pipeline: 'pinterest', state: 'running', rate: 20, posts: { sent: 120, planned: 300 }, epoch: 1 },
  kinds: { pin: { ...kind, lagSeconds: 1.4 }, geo: { ...kind, quarantined: 2 }, user: { ...kind, duplicates: 3 } },
};

describe('the display of a stream', () => {
  test('tells what was put, what can be queried, how fast and how far behind', () => {
    expect(drawStream(progress)).toEqual([
      'running, 120 of 300 posts sent, 20 a second',
      '          put     rows  refused    again a second   behind',
      'pin       120      100        0        0     20.0    1.4 s',
      'geo       120      100        2        0     20.0        -',
      'user      120      100        0        3     20.0        -',
    ]);
  });

  test('does not count posts that it does not know of yet', () => {
    const [first] = drawStream({ ...progress, state: 'starting', posts: { sent: 0, planned: 0 } });
    expect(first).toBe('starting, 20 a second');
  });

  test('says why another Databricks run has to begin, as long as it has not', () => {
    const lost = { ...progress, epoch: 2, lastFailure: 'the cluster is gone' };
    expect(drawStream({ ...lost, state: 'restarting' }).slice(0, 2)).toEqual([
      'restarting, 120 of 300 posts sent, 20 a second, counts of databricks run 2',
      'the cluster is gone',
    ]);
    expect(drawStream(lost)).toHaveLength(5);
  });

  test('fits on a terminal of 80 columns, and its columns stay where they are', () => {
    const large = { put: 5e6, rows: 5e6, quarantined: 5e6, duplicates: 5e6, perSecond: 15_000, lagSeconds: 7_200 };
    const [lines, of5] = [progress, { ...progress, kinds: mapKinds(() => large) }].map(drawStream);
    expect(of5?.slice(1).map(({ length }) => length)).toEqual(lines?.slice(1).map(({ length }) => length));
    // The board has an indent.
    expect(Math.max(...(of5 ?? []).map(({ length }) => length + 4))).toBeLessThan(80);
  });

  test('ends with the ledger, by shard and their sum where there are several', () => {
    const shard = { put: 4, rows: 3, quarantined: 1, duplicates: 0, missing: 0 };
    const ledger = { ...mapKinds(() => ({ 's/shardId-0': shard })), user: { 's/b': shard, 's/a': shard } };
    expect(summariseStream({ pipeline: 'pinterest', posts: 4, epochs: 2, ledger })).toEqual([
      '',
      'ledger of the stream of pinterest: 4 posts, 2 databricks runs',
      'kind  shard        put  rows  quarantined  duplicates  missing',
      '----  -----------  ---  ----  -----------  ----------  -------',
      'pin   s/shardId-0    4     3            1           0        0',
      'geo   s/shardId-0    4     3            1           0        0',
      'user  s/a            4     3            1           0        0',
      'user  s/b            4     3            1           0        0',
      'user  all shards     8     6            2           0        0',
    ]);
    expect(
      summariseStream({ pipeline: 'pinterest', posts: 4, epochs: 1, ledger: mapKinds(() => ({ a: shard })) }),
    ).toEqual([
      '',
      'ledger of the stream of pinterest: 4 posts, one databricks run',
      'kind  put  rows  quarantined  duplicates  missing',
      '----  ---  ----  -----------  ----------  -------',
      'pin     4     3            1           0        0',
      'geo     4     3            1           0        0',
      'user    4     3            1           0        0',
    ]);
  });
});

describe('the options of a stream', () => {
  test('become its input as they are, for the stream’s own rules to judge', () => {
    expect(toStreamInput({ pipeline: 'demo' })).toEqual({ pipeline: 'demo' });
    expect(toStreamInput({ pipeline: 'demo', rate: '2.5', rows: '10', order: 'course' })).toEqual({
      ...{ pipeline: 'demo', rate: 2.5, rows: 10, order: 'course' },
    });
    expect(toStreamInput({ pipeline: 'demo', rate: 'fast' })).toMatchObject({ rate: 'fast' });
  });

  test('that are given must be those of the stream that runs; the others are its own', () => {
    const running = checkStream({ rate: 20, rows: 300 });
    expect(findDifferences({ pipeline: 'pinterest' }, running)).toEqual([]);
    expect(findDifferences({ rate: 20, rows: 300, seed: 100 }, running)).toEqual([]);
    expect(findDifferences({ rate: 50, source: { kind: 'mysql' } }, running)).toEqual([
      'rate is 20, not 50',
      'source is {"kind":"synthetic"}, not {"kind":"mysql"}',
    ]);
  });
});
