import { createEmulationActivities } from '../../../activities/emulation/activities.ts';
import { createLandingActivities } from '../../../activities/landing/activities.ts';
import { mapKinds, RECORD_KINDS } from '../../../domain/kinds.ts';
import { landedKey, landingManifestKey, topicName } from '../../../domain/names.ts';
import type { OffsetRange } from '../../../domain/offsets.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { MemoryGateway, MemoryKafka } from '../../support/memory-kafka.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { makePlan } from '../../support/run-plans.ts';
import { makeSource } from '../../support/memory-source.ts';

const topic = topicName('pinterest', 'pin');

/** A pipeline in memory: two partitions, objects of at most three records. */
function makePipeline() {
  const kafka = new MemoryKafka(2);
  const store = new MemoryStore();
  const gateway = new MemoryGateway(kafka);
  const landing = createLandingActivities({ kafka, store, maxRecords: 3, maxAgeMs: 60_000 });
  const emulation = createEmulationActivities({ kafka, store, gateway, openSource: async () => makeSource(10) });
  return { kafka, store, landing, emulation };
}

type Pipeline = ReturnType<typeof makePipeline>;

async function emulate({ emulation }: Pipeline, plan = makePlan()): Promise<void> {
  for (const kind of RECORD_KINDS) await runInActivity(() => emulation.emulateKind({ plan, kind }));
}

async function planAll({ landing }: Pipeline, plan = makePlan()) {
  const [pin, geo, user] = await Promise.all(RECORD_KINDS.map((kind) => landing.planRanges({ plan, kind })));
  return { pin: pin ?? [], geo: geo ?? [], user: user ?? [] };
}

async function land(
  { landing }: Pipeline,
  ranges: Awaited<ReturnType<typeof planAll>>,
  plan = makePlan(),
): Promise<void> {
  for (const kind of RECORD_KINDS) await runInActivity(() => landing.landKind({ plan, kind, ranges: ranges[kind] }));
}

const range = (partition: number, start: number, end: number): OffsetRange => ({ partition, start, end });

describe('landing', () => {
  test('plans from the start of the log, lands what was planned and proves what was acknowledged', async () => {
    const pipeline = makePipeline();
    await emulate(pipeline);
    const ranges = await planAll(pipeline);
    expect(ranges.pin).toEqual([range(0, 0, 5), range(1, 0, 5)]);
    await land(pipeline, ranges);
    const proof = await pipeline.landing.proveCoverage({ plan: makePlan(), planned: ranges });
    expect(proof).toEqual(mapKinds(() => ({ objects: 4, records: 10, strays: 0 })));
    const manifest = JSON.parse(String(await pipeline.store.readObject(landingManifestKey(makePlan().workflowId))));
    expect(manifest.objects).toHaveLength(12);
    expect(manifest.acknowledged.geo).toEqual([range(0, 0, 5), range(1, 0, 5)]);
  });

  test('plans the next date from the end of the landed objects, whatever anyone consumed', async () => {
    const pipeline = makePipeline();
    await emulate(pipeline);
    await land(pipeline, await planAll(pipeline));
    expect((await planAll(pipeline)).pin).toEqual([]);
    pipeline.kafka.append(topic, 1, '{}');
    expect((await planAll(pipeline)).pin).toEqual([range(1, 5, 6)]);
  });

  test('leaves the same objects when it is tried again after any number of them', async () => {
    const golden = makePipeline();
    await emulate(golden);
    const ranges = await planAll(golden);
    await land(golden, ranges);
    const keys = [...golden.store.objects.keys()].filter((key) => key.startsWith('topics/'));
    for (const lost of keys.map((_, i) => keys.slice(i))) {
      const pipeline = makePipeline();
      await emulate(pipeline);
      await land(pipeline, ranges);
      await pipeline.store.deleteObjects(lost);
      await land(pipeline, ranges);
      expect(pipeline.store.objects).toEqual(golden.store.objects);
    }
  });

  test('refuses to plan when the topic is shorter than what has landed', async () => {
    const pipeline = makePipeline();
    await emulate(pipeline);
    await land(pipeline, await planAll(pipeline));
    await pipeline.kafka.deleteTopics([topic]);
    await expect(pipeline.landing.planRanges({ plan: makePlan(), kind: 'pin' })).rejects.toMatchObject({
      code: 'OFFSETS_LOST',
      message: 'topic "pinterest.pin" partition 0 holds offsets [0, 0) but landing goes on at 5',
    });
  });

  test('plans nothing, and takes nothing for lost, when another run lands new records while it plans', async () => {
    const pipeline = makePipeline();
    await emulate(pipeline);
    await land(pipeline, await planAll(pipeline));
    const list = pipeline.store.listKeys.bind(pipeline.store);
    let landedMeanwhile = 0;
    pipeline.store.listKeys = async (...args) => {
      if (landedMeanwhile++ === 0) {
        const start = pipeline.kafka.append(topic, 0, '{}');
        await runInActivity(() =>
          pipeline.landing.landKind({ plan: makePlan(), kind: 'pin', ranges: [range(0, start, start + 1)] }),
        );
      }
      return list(...args);
    };
    expect(await pipeline.landing.planRanges({ plan: makePlan(), kind: 'pin' })).toEqual([]);
    expect(landedMeanwhile).toBeGreaterThan(0);
  });

  test('names the offsets that no object holds', async () => {
    const pipeline = makePipeline();
    await emulate(pipeline);
    const planned = await planAll(pipeline);
    await land(pipeline, planned);
    await pipeline.store.deleteObjects([landedKey({ topic, partition: 0, start: 3 })]);
    await expect(pipeline.landing.proveCoverage({ plan: makePlan(), planned })).rejects.toMatchObject({
      code: 'COVERAGE_INCOMPLETE',
      message: 'topic "pinterest.pin": partition 0 [3, 5) in no object',
    });
  });

  test('proves a date that is begun again from the objects of its first try', async () => {
    const pipeline = makePipeline();
    await emulate(pipeline);
    await land(pipeline, await planAll(pipeline));
    await emulate(pipeline);
    const proof = await pipeline.landing.proveCoverage({ plan: makePlan(), planned: await planAll(pipeline) });
    expect(proof.pin).toEqual({ objects: 4, records: 10, strays: 0 });
  });

  test('lists records of others for the job without counting them as landed by this run', async () => {
    const pipeline = makePipeline();
    pipeline.kafka.append(topic, 0, '{"index":1}');
    await emulate(pipeline);
    const planned = await planAll(pipeline);
    await land(pipeline, planned);
    const proof = await pipeline.landing.proveCoverage({ plan: makePlan(), planned });
    expect(planned.pin).toEqual([range(0, 0, 6), range(1, 0, 5)]);
    expect(proof.pin).toEqual({ objects: 4, records: 11, strays: 0 });
  });

  test('counts what else lies below the topics and reads none of it', async () => {
    const clean = makePipeline();
    await emulate(clean);
    const wanted = await planAll(clean);
    await land(clean, wanted);
    await clean.landing.proveCoverage({ plan: makePlan(), planned: wanted });
    const pipeline = makePipeline();
    const strays = [
      ...[
        'topics/pinterest.pin/_temporary/0/part-0.json',
        'topics/pinterest.pin/',
        'topics/pinterest.pin/partition=0/',
      ],
      'topics/pinterest.pin/partition=0/.pinterest.pin+0+0000000000.json.crc',
      'topics/pinterest.pin/partition=0/pinterest.pin+0+00000000000.json',
      // Names of objects that landing may write: between its own, and after them.
      landedKey({ topic, partition: 0, start: 1 }),
      landedKey({ topic, partition: 0, start: 900 }),
    ];
    for (const key of strays) await pipeline.store.createObject({ key, body: '{', contentType: 'text/plain' });
    await emulate(pipeline);
    const planned = await planAll(pipeline);
    await land(pipeline, planned);

    const proof = await pipeline.landing.proveCoverage({ plan: makePlan(), planned });
    expect(proof.pin).toEqual({ objects: 4, records: 10, strays: strays.length });
    const manifest = landingManifestKey(makePlan().workflowId);
    expect(await pipeline.store.readObject(manifest)).toEqual(await clean.store.readObject(manifest));
    // A stray after the last object must not hide where landing goes on.
    expect((await planAll(pipeline)).pin).toEqual([]);
  });

  test('names a stray that has the place of the next object', async () => {
    const pipeline = makePipeline();
    await emulate(pipeline);
    const key = landedKey({ topic, partition: 0, start: 3 });
    await pipeline.store.createObject({ key, body: '', contentType: 'text/plain' });
    await expect(land(pipeline, await planAll(pipeline))).rejects.toMatchObject({
      code: 'OBJECT_CONFLICT',
      message: expect.stringContaining(`object "${key}" exists with end "none"`),
    });
  });
});
