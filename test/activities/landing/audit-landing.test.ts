import fc from 'fast-check';
import { createEmulationActivities } from '../../../activities/emulation/activities.ts';
import { createLandingActivities } from '../../../activities/landing/activities.ts';
import type { OffsetRange } from '../../../domain/offsets.ts';
import { landedKey, topicName } from '../../../domain/names.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { MemoryGateway, MemoryKafka } from '../../support/memory-kafka.ts';
import { makeSource } from '../../support/memory-source.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { makePlan } from '../../support/run-plans.ts';

const topic = topicName('pinterest', 'pin');
const kind = 'pin';
const nothing = { lost: 0, phantom: 0, repeated: 0, corrupt: 0 };

/** Ten records of a run, in two partitions, landed in objects of three. */
function makeRun(rows = 10) {
  const kafka = new MemoryKafka(2);
  const store = new MemoryStore();
  const gateway = new MemoryGateway(kafka);
  const landing = createLandingActivities({ kafka, store, maxRecords: 3, maxAgeMs: 60_000 });
  const emulation = createEmulationActivities({ kafka, store, gateway, openSource: async () => makeSource(rows) });
  let planned: OffsetRange[] = [];
  return {
    kafka,
    store,
    gateway,
    emulate: (plan = makePlan()) => runInActivity(() => emulation.emulateKind({ plan, kind })),
    async land(plan = makePlan()) {
      planned = await landing.planRanges({ plan, kind });
      await runInActivity(() => landing.landKind({ plan, kind, ranges: planned }));
    },
    audit: (plan = makePlan()) => runInActivity(() => landing.auditKind({ plan, kind, planned })),
  };
}

function changeObject({ store }: ReturnType<typeof makeRun>, change: (body: string) => string, start = 3): void {
  const key = landedKey({ topic, partition: 0, start });
  const object = store.objects.get(key);
  store.objects.set(key, { metadata: {}, ...object, body: Buffer.from(change(String(object?.body))) });
}

describe('audit of what landed', () => {
  test('finds every sent record where nothing went wrong', async () => {
    const run = makeRun();
    await run.emulate();
    await run.land();
    expect(await run.audit()).toEqual({ counts: { landed: 10, ...nothing }, examples: [] });
  });

  test('finds a record of which one byte changed, and says which one it is', async () => {
    const run = makeRun();
    await run.emulate();
    await run.land();
    changeObject(run, (body) => body.replace('{', '['));
    expect(await run.audit()).toEqual({
      counts: { landed: 10, ...nothing, corrupt: 1 },
      examples: ['corrupt: record 6 at partition 0 offset 3'],
    });
  });

  test('finds a record whose line is missing although the object says that it holds it', async () => {
    const run = makeRun();
    await run.emulate();
    await run.land();
    changeObject(run, (body) => body.slice(0, body.indexOf('\n') + 1));
    expect(await run.audit()).toEqual({
      counts: { landed: 9, ...nothing, lost: 1 },
      examples: ['lost: record 8 at partition 0 offset 4'],
    });
  });

  test('reads an object again whose bytes changed on their way only', async () => {
    const run = makeRun();
    await run.emulate();
    await run.land();
    const read = run.store.readObject.bind(run.store);
    let reads = 0;
    run.store.readObject = async (key) => {
      const body = await read(key);
      if (key.startsWith('topics/') && reads++ === 0) return Buffer.from(String(body).replace('{', '['));
      return body;
    };
    expect((await run.audit()).counts).toEqual({ landed: 10, ...nothing });
    expect(reads).toBe(5);
  });

  test('tells a second copy, which a lost answer left in Kafka, from a record that was never sent', async () => {
    const run = makeRun();
    await run.emulate();
    run.gateway.forget();
    await run.store.deleteObjects(await run.store.listKeys('_pinflow/'));
    await run.emulate();
    const mark = run.kafka.topics.get(topic)?.[0]?.[0]?.readMark();
    run.kafka.append(topic, 1, '{}', { run: '', hash: '', ...mark, sequence: 77 });
    await run.land();
    expect(await run.audit()).toEqual({
      counts: { landed: 10, ...nothing, repeated: 10, phantom: 1 },
      examples: [
        'repeated: record 0 at partition 0 offset 0',
        'repeated: record 2 at partition 0 offset 1',
        'repeated: record 4 at partition 0 offset 2',
        'phantom: record 77 at partition 1 offset 10',
      ],
    });
  });

  test('leaves records of others, marked and unmarked, to them', async () => {
    const run = makeRun();
    run.kafka.append(topic, 0, '{"index":1}');
    await run.emulate(makePlan({ rows: 4 }));
    await run.emulate();
    await run.land();
    expect((await run.audit()).counts).toEqual({ landed: 10, ...nothing });
  });

  test('notices any changed, removed or doubled line', async () => {
    const deeds = {
      changed: (lines: string[], at: number) => lines.with(at, `${lines[at]} `),
      removed: (lines: string[], at: number) => lines.toSpliced(at, 1),
      doubled: (lines: string[], at: number) => lines.toSpliced(at, 0, String(lines[at])),
    };
    const deed = fc.constantFrom(...Object.values(deeds));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.nat(), deed, async (rows, seed, change) => {
        const run = makeRun(rows);
        await run.emulate();
        await run.land();
        const spoil = (body: string) => {
          const lines = body.split('\n').slice(0, -1);
          return change(lines, seed % lines.length).join('\n');
        };
        changeObject(run, spoil, 0);
        const { lost, corrupt, phantom } = (await run.audit()).counts;
        expect(lost + corrupt + phantom).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });
});
