import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { landRanges } from '../../../activities/landing/land-ranges.ts';
import { findNextOffset, listLandedObjects } from '../../../activities/landing/landed-objects.ts';
import type { ObjectStore } from '../../../activities/ports.ts';
import { findOverlaps, mergeRanges } from '../../../domain/offsets.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const topic = 'pinterest.pin';
const where = { topic, partition: 0 };

/** A store that ends its writer's life after so many objects, as a kill does: the object is there, nobody has heard. */
class DeadlyStore extends MemoryStore {
  left = Infinity;
  override async createObject(input: Parameters<ObjectStore['createObject']>[0]) {
    const outcome = await super.createObject(input);
    this.left -= 1;
    if (this.left < 0) throw new Error('killed');
    return outcome;
  }
}

function expectKilled(error: unknown): void {
  if (!(error instanceof Error) || error.message !== 'killed') throw error;
}

interface Lander {
  readonly kafka: MemoryKafka;
  readonly store: DeadlyStore;
}

/** Plans from the store and lands what there is, as one date does, with its own idea of where to cut. */
async function land({ kafka, store }: Lander, maxRecords: number, signal = new AbortController().signal) {
  const [offsets] = await kafka.readOffsets(topic);
  const { low, high } = offsets ?? { low: 0, high: 0 };
  const range = { partition: 0, start: await findNextOffset(store, where, low), end: high };
  const input = { topic, ranges: mergeRanges([range]), writer: 'a', signal, onProgress: () => undefined };
  await landRanges(input, { kafka, store, maxRecords, maxAgeMs: 60_000 });
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), records: fc.integer({ min: 1, max: 15 }) }),
  fc.record({ kind: fc.constant('land' as const), cut: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant('killed' as const), cut: fc.integer({ min: 1, max: 6 }), after: fc.nat(3) }),
  fc.record({
    kind: fc.constant('race' as const),
    cuts: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
  }),
);

test('any interleaving of appends, landings, kills and races leaves objects that are disjoint, contiguous and cover', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const lander = { kafka: new MemoryKafka(1), store: new DeadlyStore() };
      const { kafka, store } = lander;
      let appended = 0;
      for (const one of steps) {
        if (one.kind === 'append') for (let i = 0; i < one.records; i++) kafka.append(topic, 0, `${appended++}`);
        if (one.kind === 'land') await land(lander, one.cut);
        if (one.kind === 'race') await Promise.all(one.cuts.map((cut) => land(lander, cut)));
        if (one.kind === 'killed') {
          store.left = one.after;
          await land(lander, one.cut).catch(expectKilled);
          store.left = Infinity;
        }
      }
      await land(lander, 4);

      const objects = await listLandedObjects(store, where, 0);
      expect(findOverlaps(objects)).toEqual([]);
      const ranges = objects.map(({ partition, start, end }) => ({ partition, start, end }));
      expect(mergeRanges(ranges)).toEqual(mergeRanges([{ partition: 0, start: 0, end: appended }]));
      const lines = objects.map(({ key }) => store.objects.get(key)?.body.toString() ?? '').join('');
      expect(lines).toBe(Array.from({ length: appended }, (_, i) => `${i}\n`).join(''));
    }),
    { numRuns: 200 },
  );
});

test('records that waited long enough are written although nothing follows them', async () => {
  const [kafka, store] = [new MemoryKafka(1), new MemoryStore()];
  for (let i = 0; i < 9; i++) kafka.append(topic, 0, `${i}`);
  const stopped = new AbortController();
  // A topic that falls silent in the middle of the range.
  kafka.readRanges = async ({ signal, onRecords }) => {
    await onRecords(0, kafka.topics.get(topic)?.[0]?.slice(0, 5) ?? []);
    await sleep(10_000, undefined, { signal });
  };
  const ranges = [{ partition: 0, start: 0, end: 9 }];
  const input = { topic, ranges, writer: 'a', signal: stopped.signal, onProgress: () => undefined };

  const landing = landRanges(input, { kafka, store, maxRecords: 100, maxAgeMs: 50 });
  while (store.objects.size === 0) await sleep(10);
  stopped.abort();

  await expect(landing).rejects.toThrow('aborted');
  expect(await listLandedObjects(store, where, 0)).toMatchObject([{ start: 0, end: 5, count: 5 }]);
});

test('a write that fails while nothing is read ends the landing with its error', async () => {
  const [kafka, store] = [new MemoryKafka(1), new MemoryStore()];
  kafka.append(topic, 0, '0');
  kafka.readRanges = async ({ signal, onRecords }) => {
    await onRecords(0, kafka.topics.get(topic)?.[0] ?? []);
    await sleep(10_000, undefined, { signal }).catch(() => signal.throwIfAborted());
  };
  store.createObject = () => Promise.reject(new Error('the disk is full'));
  const ranges = [{ partition: 0, start: 0, end: 9 }];
  const signal = new AbortController().signal;

  const landing = landRanges(
    { topic, ranges, writer: 'a', signal, onProgress: () => undefined },
    { kafka, store, maxRecords: 100, maxAgeMs: 20 },
  );

  await expect(landing).rejects.toThrow('the disk is full');
});
