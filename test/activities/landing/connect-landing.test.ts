import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { createEmulationActivities } from '../../../activities/emulation/activities.ts';
import { createLandingActivities } from '../../../activities/landing/activities.ts';
import { awaitSink } from '../../../activities/landing/await-sink.ts';
import { SinkObjects } from '../../../activities/landing/sink-objects.ts';
import type { RowSource } from '../../../activities/ports.ts';
import { landedKey, landingManifestKey, topicName } from '../../../domain/names.ts';
import { findOverlaps, findUncovered, type OffsetRange } from '../../../domain/offsets.ts';
import { ConnectSink } from '../../support/connect-sink.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { MemoryGateway, MemoryKafka } from '../../support/memory-kafka.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { makePlan } from '../../support/run-plans.ts';

const topic = topicName('pinterest', 'pin');
const kind = 'pin';
const nothing = { lost: 0, phantom: 0, repeated: 0, corrupt: 0 };
const range = (partition: number, start: number, end: number): OffsetRange => ({ partition, start, end });
const keyOf = (start: number, partition = 0) => landedKey({ topic, partition, start });

/** A topic of two partitions, `records` in each, and a sink that has landed nothing yet. */
function makeSink(records: number) {
  const kafka = new MemoryKafka(2);
  const store = new MemoryStore();
  for (let i = 0; i < 2 * records; i++) kafka.append(topic, i % 2, `{"index":${i},"title":"x"}`);
  return { kafka, store, sink: new ConnectSink({ kafka, store, topic }) };
}

describe('waiting for a sink', () => {
  const until = (
    store: MemoryStore,
    { wanted = [range(0, 0, 9), range(1, 0, 9)], waitMs = 400, signal = new AbortController().signal } = {},
  ) => {
    const progress: string[] = [];
    const onProgress = (done: number, total: number) => void progress.push(`${done}/${total}`);
    return { progress, waited: awaitSink({ topic, wanted, waitMs, signal, onProgress }, store) };
  };
  const startsOf = (objects: readonly OffsetRange[]) => objects.map(({ partition, start }) => `${partition}/${start}`);

  test('is over at once when the objects hold what is wanted, and says which they are', async () => {
    const { store, sink } = makeSink(12);
    await sink.land({ flushSize: 4 });
    const begun = Date.now();
    expect(startsOf(await until(store).waited)).toEqual(['0/0', '0/4', '0/8', '1/0', '1/4', '1/8']);
    expect(startsOf(await until(store, { wanted: [range(1, 5, 7)] }).waited)).toEqual(['1/4']);
    expect(startsOf(await until(store, { wanted: [range(1, 5, 6), range(1, 7, 9)] }).waited)).toEqual(['1/4', '1/8']);
    expect(await until(store, { wanted: [] }).waited).toEqual([]);
    expect(Date.now() - begun).toBeLessThan(200);
  });

  test('goes on until the object that comes late fills its gap', async () => {
    const { store, sink } = makeSink(9);
    sink.holdBack(keyOf(3));
    await sink.land({ flushSize: 3 });
    const { waited, progress } = until(store);
    await sleep(100);
    expect(progress).toEqual(['12/18']);
    await sink.letGo(keyOf(3));
    expect(startsOf(await waited)).toEqual(['0/0', '0/3', '0/6', '1/0', '1/3', '1/6']);
  });

  test('does not give up while the sink goes on, however long it takes', async () => {
    const { store, sink } = makeSink(9);
    const keys = [3, 6].map((start) => keyOf(start));
    keys.forEach((key) => sink.holdBack(key));
    await sink.land({ flushSize: 3 });
    const begun = Date.now();
    const { waited } = until(store, { waitMs: 700 });
    for (const key of keys) {
      await sleep(500);
      await sink.letGo(key);
    }
    expect(startsOf(await waited)).toHaveLength(6);
    expect(Date.now() - begun).toBeGreaterThan(1_000);
  });

  test('names what is missing, what comes after it and since when, once nothing has landed for too long', async () => {
    const { store, sink } = makeSink(9);
    sink.holdBack(keyOf(3));
    sink.holdBack(keyOf(6, 1));
    await sink.land({ flushSize: 3 });
    const begun = Date.now();
    const failure = await until(store).waited.catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'SINK_STALLED',
      message: expect.stringMatching(
        /^topic "pinterest.pin": in partition 0 no object goes on at offset 3, the next one begins at 6; in partition 1 no object goes on at offset 6, and none begins after it; nothing of it has landed since 20\S+Z$/,
      ),
    });
    const since = new Date(String(failure).split(' ').at(-1) ?? '').getTime();
    expect(since - begun).toBeLessThan(400);
    expect(Date.now() - since).toBeGreaterThanOrEqual(400);
  });

  test('ends when nobody waits any more', async () => {
    const { store } = makeSink(9);
    const abort = new AbortController();
    const { waited } = until(store, { waitMs: 60_000, signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(waited).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('passes over what is no object of the sink', async () => {
    const { store, sink } = makeSink(9);
    await sink.land({ flushSize: 3 });
    const junk = [
      '',
      '_temporary/0',
      `${topic}+0+0000000003.json.crc`,
      `${topic}+0+3.json`,
      `${topic}+0+0000000003.bin`,
    ];
    for (const name of junk)
      await store.replaceObject({ key: `topics/${topic}/partition=0/${name}`, body: 'x\n', contentType: '' });
    await store.replaceObject({ key: keyOf(4), body: '{"within":"another"}\n', contentType: '' });
    await store.replaceObject({ key: keyOf(9), body: '', contentType: '' });
    expect(startsOf(await until(store).waited)).toEqual(['0/0', '0/3', '0/6', '1/0', '1/3', '1/6']);
  });
});

test('any interleaving of appends, landings and kills of a sink gives each offset in one object, whatever it wrote twice', async () => {
  const flush = fc.integer({ min: 1, max: 7 });
  const step = fc.oneof(
    fc.record({ deed: fc.constant('append' as const), size: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ deed: fc.constant('land' as const), size: flush, rotates: fc.boolean() }),
    fc.record({ deed: fc.constant('landAndDie' as const), size: flush, rotates: fc.boolean() }),
    fc.record({ deed: fc.constant('look' as const), size: fc.nat() }),
  );
  let passedOver = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), flush, async (steps, last) => {
      const { kafka, store, sink } = makeSink(1);
      const objects = new SinkObjects(store, topic);
      for (const { deed, size, ...rest } of steps) {
        if (deed === 'append') for (let i = 0; i < size; i++) kafka.append(topic, 0, `{"index":${i}}`);
        else if (deed === 'look') await objects.follow(0, [range(0, size % 20, 1_000)], 1);
        else await sink[deed]({ flushSize: size, ...rest });
      }
      await sink.land({ flushSize: last, rotates: true });
      const end = (await kafka.readOffsets(topic))[0]?.high ?? 0;
      for (let start = 0; start < end; start++) {
        const { objects: found, gap } = await objects.follow(0, [range(0, start, end)], 100);
        expect(gap).toBeUndefined();
        expect(findUncovered([range(0, start, end)], found)).toEqual([]);
        expect(findOverlaps(found)).toEqual([]);
        expect(found.filter((object) => object.end <= start)).toEqual([]);
        if (start === 0) passedOver += (await store.listKeys('topics/')).length - found.length;
      }
    }),
    { numRuns: 150 },
  );
  expect(passedOver).toBeGreaterThan(100);
});

/** Ten rows of two fields, so that they can be written in another order. */
const source: RowSource = {
  listKeys: async () => Array.from({ length: 10 }, (_, i) => i),
  readRows: async (_kind, positions) =>
    positions.map((key) => ({ key, json: `{"index":${key}, "title":"caf\\u00e9", "follower_count":1e3}` })),
  close: async () => undefined,
};

/** A run whose records a sink lands. */
function makeRun(waitMs = 300) {
  const kafka = new MemoryKafka(2);
  const store = new MemoryStore();
  const landing = createLandingActivities({ kafka, store, maxRecords: 3, maxAgeMs: 60_000, sink: { waitMs } });
  const emulation = createEmulationActivities({
    ...{ kafka, store, gateway: new MemoryGateway(kafka), openSource: async () => source },
  });
  const run = {
    kafka,
    store,
    sink: new ConnectSink({ kafka, store, topic }),
    planned: [] as OffsetRange[],
    emulate: (plan = makePlan()) => runInActivity(() => emulation.emulateKind({ plan, kind })),
    async land(plan = makePlan()) {
      run.planned = await landing.planRanges({ plan, kind });
      await runInActivity(() => landing.landKind({ plan, kind, ranges: run.planned }));
      return run.prove(plan);
    },
    async prove(plan = makePlan()) {
      const planned = { pin: run.planned, geo: [], user: [] };
      return (await runInActivity(() => landing.proveCoverage({ plan, planned }))).pin;
    },
    audit: (plan = makePlan()) => runInActivity(() => landing.auditKind({ plan, kind, planned: run.planned })),
    async change(key: string, change: (body: string) => string) {
      await store.replaceObject({ key, body: change(String(await store.readObject(key))), contentType: '' });
    },
  };
  return run;
}

describe('a run whose records a sink lands', () => {
  test('waits, proves, and finds every record that it sent, although the sink writes values anew', async () => {
    const run = makeRun();
    await run.emulate();
    await run.sink.land({ flushSize: 3, rotates: true });
    expect(await run.land()).toEqual({ objects: 4, records: 10 });
    expect(await run.audit()).toEqual({ counts: { landed: 10, ...nothing }, examples: [] });
    expect(String(await run.store.readObject(keyOf(0)))).toContain(
      '{"follower_count":1000,"title":"café","index":0}\n',
    );
  });

  test('finds every record in objects that keep its bytes', async () => {
    const run = makeRun();
    await run.emulate();
    await run.sink.land({ flushSize: 5, format: 'bytes' });
    await run.land();
    run.kafka.readRanges = () => Promise.reject(new Error('Kafka is asked for nothing where the bytes are the same'));
    expect((await run.audit()).counts).toEqual({ landed: 10, ...nothing });
  });

  test.each([
    ['another value', (body: string) => body.replace('café', 'tea')],
    ['a value of another type', (body: string) => body.replace(':1000', ':"1000"')],
    ['a field less', (body: string) => body.replace('"title":"café",', '')],
    ['what is no JSON', (body: string) => body.replace('{', '[')],
  ])('takes %s for corrupt', async (_what, change) => {
    const run = makeRun();
    await run.emulate();
    await run.sink.land({ flushSize: 5 });
    await run.change(keyOf(0), change);
    await run.land();
    expect(await run.audit()).toEqual({
      counts: { landed: 10, ...nothing, corrupt: 1 },
      examples: ['corrupt: record 0 at partition 0 offset 0'],
    });
  });

  test('waits in vain for a record that the sink has dropped', async () => {
    const run = makeRun();
    await run.emulate();
    await run.sink.land({ flushSize: 5 });
    await run.change(keyOf(0), (body) => body.slice(body.indexOf('\n') + 1));
    await expect(run.land()).rejects.toMatchObject({
      code: 'SINK_STALLED',
      message: expect.stringContaining('in partition 0 no object goes on at offset 4, and none begins after it'),
    });
  });

  test('lists the objects that follow on one another, and none that a killed sink has left', async () => {
    const run = makeRun();
    await run.emulate();
    await run.sink.landAndDie({ flushSize: 2, rotates: true });
    await run.sink.land({ flushSize: 3, rotates: true });
    expect(await run.store.listKeys('topics/')).toHaveLength(8);
    expect(await run.land()).toEqual({ objects: 4, records: 10 });
    const manifest = JSON.parse(String(await run.store.readObject(landingManifestKey(makePlan().workflowId))));
    expect(manifest.objects.map(({ key }: { key: string }) => key)).toEqual(
      [0, 1].flatMap((p) => [keyOf(0, p), keyOf(3, p)]),
    );
    expect((await run.audit()).counts).toEqual({ landed: 10, ...nothing });
  });

  test('begins where the objects of the run before ended, and takes what others sent with it', async () => {
    const run = makeRun();
    await run.emulate();
    run.kafka.append(topic, 0, '{"of":"another"}');
    await run.sink.land({ flushSize: 3, rotates: true });
    await run.land();
    expect(run.planned).toEqual([range(0, 0, 6), range(1, 0, 5)]);

    run.kafka.append(topic, 1, '{"of":"another"}');
    const next = makePlan({ date: '2026-11-23', workflowId: 'daily-pinterest-2026-11-23' });
    await run.emulate(next);
    await run.sink.land({ flushSize: 3, rotates: true });
    await run.land(next);
    expect(run.planned).toEqual([range(0, 6, 11), range(1, 5, 11)]);
    expect((await run.audit(next)).counts).toEqual({ landed: 10, ...nothing });
  });

  test('leaves to the next run what follows a planned range in its last object, unless it was listed with it', async () => {
    const run = makeRun();
    await run.emulate();
    const before = run.kafka.readOffsets.bind(run.kafka);
    run.kafka.readOffsets = async () => (await before(topic)).map((offsets) => ({ ...offsets, high: 4 }));
    const plannedEarly = run.land();
    run.kafka.readOffsets = before;
    await run.sink.land({ flushSize: 5 });
    expect(await plannedEarly).toEqual({ objects: 2, records: 10 });
    await run.land();
    expect(run.planned).toEqual([]);
  });

  test('is proved again from the same objects when its date begins again', async () => {
    const run = makeRun();
    await run.emulate();
    await run.sink.land({ flushSize: 5 });
    const proof = await run.land();
    await run.emulate();
    expect(await run.land()).toEqual(proof);
    expect((await run.audit()).counts).toEqual({ landed: 10, ...nothing });
  });
});
