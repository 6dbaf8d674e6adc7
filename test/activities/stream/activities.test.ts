import type { StreamPosition } from '../../../activities/ports.ts';
import type { Production, ProducerRecord } from '../../../activities/kinesis/produce-records.ts';
import { createStreamActivities } from '../../../activities/stream/activities.ts';
import { PinflowError } from '../../../domain/errors.ts';
import { checkStream } from '../../../domain/stream.ts';
import { FakeDatabricks } from '../../support/fake-databricks.ts';
import { FakeWorkflows } from '../../support/fake-workflows.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { makeSource } from '../../support/memory-source.ts';
import { MemoryStore } from '../../support/memory-store.ts';

/** Shards in memory; a test may let the next deliveries fail. */
class MemoryStreams {
  readonly records: (ProducerRecord & { stream: string })[] = [];
  readonly created: string[][] = [];
  readonly failures: Error[] = [];

  async produce(stream: string, records: readonly ProducerRecord[]): Promise<Production> {
    const failure = this.failures.shift();
    if (failure !== undefined) return { positions: records.map(() => undefined), failure };
    const positions = records.map((record): StreamPosition => {
      const sequenceNumber = String(this.records.push({ ...record, stream }));
      return { shardId: 'shardId-000000000000', sequenceNumber };
    });
    return { positions, failure: undefined };
  }
}

function makeStream(names = 'streaming-{pipeline}-{kind}') {
  const [streams, store, databricks] = [new MemoryStreams(), new MemoryStore(), new FakeDatabricks()];
  const activities = createStreamActivities({
    openSource: async () => makeSource(10),
    ...{ store, workflows: new FakeWorkflows(), streamDatabricks: () => databricks },
    streams: {
      ensureStreams: async ({ names: made }) => void streams.created.push([...made]),
      listShards: async () => [],
      deleteStreams: async () => undefined,
    },
    openProducer: (stream) => ({ produce: ({ records }) => streams.produce(stream, records) }),
    ...{ notebooks: '/Shared/pinflow', landingRoot: 's3://bucket', tablesRoot: 's3://bucket/tables' },
    kinesis: { endpoint: 'http://kinesis.invalid', region: 'us-east-1' },
    stream: { names, shards: 2, triggerSeconds: 0.5, serviceCredential: undefined },
  });
  return { activities, streams, store, databricks };
}

const plan = checkStream({ rows: 8 });
const chain = 'chain-1';
const slice = { number: 0, first: 0, posts: 4, rate: 1_000 };
const run = { runId: '1', epoch: 1 };
const PUTS = '_pinflow/stream-pinterest/chain-1/puts/';

describe('preparing a stream', () => {
  test('creates the streams and says how many posts there are', async () => {
    const { activities, streams } = makeStream();
    expect(await runInActivity(() => activities.prepareStream(plan))).toEqual({ posts: 8 });
    expect(streams.created.at(-1)).toEqual(['pin', 'geo', 'user'].map((kind) => `streaming-pinterest-${kind}`));
  });

  test('creates one stream where all kinds share it', async () => {
    const { activities, streams } = makeStream('Kinesis-Prod-Stream');
    await runInActivity(() => activities.prepareStream(plan));
    expect(streams.created).toEqual([['Kinesis-Prod-Stream']]);
  });

  test('refuses another source than the one that the pipeline was made from', async () => {
    const { activities } = makeStream();
    await runInActivity(() => activities.prepareStream(plan));
    const other = runInActivity(() => activities.prepareStream({ ...plan, source: { kind: 'mysql' } }));
    await expect(other).rejects.toMatchObject({ code: 'SOURCE_MISMATCH' });
  });
});

describe('sending a slice', () => {
  test('puts each post’s three records under its key and keeps what was acknowledged', async () => {
    const { activities, streams, store } = makeStream();
    expect(await runInActivity(() => activities.sendSlice({ plan, chain, slice }))).toEqual({
      pin: 4,
      geo: 4,
      user: 4,
    });
    expect(streams.records.filter(({ stream }) => stream === 'streaming-pinterest-pin')).toHaveLength(4);
    for (const { partitionKey, data } of streams.records)
      expect(Object.values(JSON.parse(data))).toEqual([Number(partitionKey)]);
    const manifest = JSON.parse(String(await store.readObject(`${PUTS}pin/00000000.json`)));
    expect(manifest.stream).toBe('streaming-pinterest-pin');
    expect(manifest.records).toHaveLength(4);
    expect(manifest.records[0]).toEqual(['shardId-000000000000', expect.any(String), expect.any(Number)]);
  });

  test('sends the next slice the next posts, at the pace that is asked for', async () => {
    const { activities, streams } = makeStream();
    const begin = Date.now();
    await runInActivity(() => activities.sendSlice({ plan, chain, slice: { ...slice, rate: 10 } }));
    expect(Date.now() - begin).toBeGreaterThanOrEqual(300);
    await runInActivity(() => activities.sendSlice({ plan, chain, slice: { ...slice, number: 1, first: 4 } }));
    const keys = streams.records.filter(({ stream }) => stream.endsWith('pin')).map(({ partitionKey }) => partitionKey);
    expect(new Set(keys).size).toBe(8);
  });

  test('says the kind in the partition key where all kinds share one stream', async () => {
    const { activities, streams } = makeStream('Kinesis-Prod-Stream');
    await runInActivity(() => activities.sendSlice({ plan, chain, slice }));
    expect(new Set(streams.records.map(({ partitionKey }) => partitionKey.replace(/\d+$/, 'n')))).toEqual(
      new Set(['pin/n', 'geo/n', 'user/n']),
    );
  });

  test('sends nothing a second time once its manifest is there, and only what lacks one', async () => {
    const { activities, streams, store } = makeStream();
    await runInActivity(() => activities.sendSlice({ plan, chain, slice }));
    await store.deleteObjects([`${PUTS}geo/00000000.json`]);
    expect(await runInActivity(() => activities.sendSlice({ plan, chain, slice }))).toEqual({
      pin: 4,
      geo: 4,
      user: 4,
    });
    const counts = Map.groupBy(streams.records, ({ stream }) => stream);
    expect([...counts.values()].map((records) => records.length).toSorted()).toEqual([4, 4, 8]);
  });

  test('fails with what the producer says, and keeps no manifest of half a slice', async () => {
    const { activities, streams, store } = makeStream();
    streams.failures.push(new PinflowError('RECORDS_STRANDED', '3 of 4 records'));
    const sending = runInActivity(() => activities.sendSlice({ plan, chain, slice }));
    await expect(sending).rejects.toMatchObject({ code: 'RECORDS_STRANDED' });
    expect(await store.listKeys(PUTS)).toEqual([]);
  });
});

describe('the Databricks run of a stream', () => {
  test('is told where the streams, the tables and the manifests are', async () => {
    const { activities, databricks } = makeStream();
    const begun = await runInActivity(() => activities.submitStream({ plan, chain, epoch: 1, toTheEnd: false }));
    expect(begun).toEqual({ runId: '1', url: 'http://databricks.invalid/run/1' });
    const [submit] = [...databricks.runs.values()].map((started) => started.submit);
    expect(submit).toMatchObject({
      runName: 'stream-pinterest/stream',
      tasks: [
        {
          notebook: '/Shared/pinflow/stream',
          parameters: {
            ...{ pipeline: 'pinterest', region: 'us-east-1', endpoint: 'http://kinesis.invalid', trigger: '0.5' },
            tables_root: 's3://bucket/tables/pinterest/stream',
            control_root: 's3://bucket/_pinflow/stream-pinterest/chain-1/epoch-0001',
            puts: 's3://bucket/_pinflow/stream-pinterest/chain-1/puts',
            streams: JSON.stringify({
              pin: 'streaming-pinterest-pin',
              geo: 'streaming-pinterest-geo',
              user: 'streaming-pinterest-user',
            }),
          },
        },
      ],
    });
  });

  test('is one for each epoch, however often it is asked for, and reads to the end where that is asked for', async () => {
    const { activities, databricks } = makeStream();
    const submit = (epoch: number, toTheEnd: boolean, of = chain) =>
      runInActivity(() => activities.submitStream({ plan, chain: of, epoch, toTheEnd }));
    expect((await submit(1, false)).runId).toBe('1');
    expect((await submit(1, false)).runId).toBe('1');
    expect((await submit(2, true)).runId).toBe('2');
    expect((await submit(1, false, 'chain-2')).runId).toBe('3');
    expect([...databricks.runs.values()].map(({ submit: { tasks } }) => tasks[0]?.parameters['trigger'])).toEqual([
      ...['0.5', '', '0.5'],
    ]);
  });

  test('is looked at with what its notebook says of itself', async () => {
    const { activities, databricks, store } = makeStream();
    await runInActivity(() => activities.submitStream({ plan, chain, epoch: 1, toTheEnd: false }));
    databricks.states = [{ state: 'cancelled' }];
    const pin = {
      ...{ batch: 3, at: '2026-11-22T12:00:05Z', seconds: 1, total: 4, rows: 4, quarantined: 0, duplicates: 0 },
      newest: '2026-11-22T12:00:04Z',
    };
    const key = '_pinflow/stream-pinterest/chain-1/epoch-0001/progress.json';
    await store.replaceObject({ key, body: JSON.stringify({ kinds: { pin } }), contentType: 'application/json' });
    databricks.error = 'the query of "pin" has died';
    expect(await runInActivity(() => activities.lookAtStream({ plan, chain, run }))).toEqual({
      state: 'ended',
      reason: 'databricks run 1 at http://databricks.invalid/run/1 ended: cancelled; the query of "pin" has died',
      health: { pin: expect.objectContaining({ rows: 4 }) },
    });
  });

  test('that is done gives the ledger', async () => {
    const { activities, databricks } = makeStream();
    await runInActivity(() => activities.submitStream({ plan, chain, epoch: 1, toTheEnd: true }));
    const shard = { put: 1, rows: 1, quarantined: 0, duplicates: 0, missing: 0 };
    databricks.outputs['queries'] = JSON.stringify({ ledger: { pin: { s: { a: shard } } } });
    expect(await runInActivity(() => activities.lookAtStream({ plan, chain, run }))).toEqual({
      state: 'succeeded',
      health: {},
      ledger: { pin: { 's/a': shard }, geo: {}, user: {} },
    });
  });

  test('is asked to stop by an object that is there for good', async () => {
    const { activities, store } = makeStream();
    await runInActivity(() => activities.askStreamToStop({ plan, chain, run }));
    await runInActivity(() => activities.askStreamToStop({ plan, chain, run }));
    expect([...store.objects.keys()]).toEqual(['_pinflow/stream-pinterest/chain-1/epoch-0001/stop']);
  });

  test('is ended and gone', async () => {
    const { activities, databricks } = makeStream();
    await runInActivity(() => activities.submitStream({ plan, chain, epoch: 1, toTheEnd: false }));
    databricks.states = [{ state: 'active', lifeCycle: 'RUNNING' }, { state: 'cancelled' }];
    await runInActivity(() => activities.endStream(run));
    expect(databricks.cancelled).toEqual(['1']);
  });
});
