import { createEmulationActivities } from '../../../activities/emulation/activities.ts';
import { createLandingActivities } from '../../../activities/landing/activities.ts';
import type { RowSource } from '../../../activities/ports.ts';
import { landedKey, landingManifestKey, topicName } from '../../../domain/names.ts';
import type { OffsetRange } from '../../../domain/offsets.ts';
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
    expect(await run.land()).toEqual({ objects: 4, records: 10, strays: 0 });
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
    expect(await run.land()).toEqual({ objects: 4, records: 10, strays: 0 });
    const manifest = JSON.parse(String(await run.store.readObject(landingManifestKey(makePlan().workflowId))));
    expect(manifest.objects.map(({ key }: { key: string }) => key)).toEqual(
      [0, 1].flatMap((p) => [keyOf(0, p), keyOf(3, p)]),
    );
    expect((await run.audit()).counts).toEqual({ landed: 10, ...nothing });
  });

  test('lists anew what it had listed, when a killed sink has cut it in other places before its date begins again', async () => {
    const run = makeRun();
    await run.emulate();
    run.kafka.append(topic, 0, '{"of":"another"}');
    await run.sink.landAndDie({ flushSize: 2, rotates: true });
    expect(await run.land()).toEqual({ objects: 6, records: 11, strays: 0 });
    await run.sink.land({ flushSize: 3, rotates: true });
    expect(await run.land()).toEqual({ objects: 4, records: 11, strays: 0 });
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
    expect(await plannedEarly).toEqual({ objects: 2, records: 10, strays: 0 });
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
