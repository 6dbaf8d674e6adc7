import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { awaitSink } from '../../../activities/landing/await-sink.ts';
import { SinkObjects } from '../../../activities/landing/sink-objects.ts';
import { landedKey, topicName } from '../../../domain/names.ts';
import { findOverlaps, findUncovered, type OffsetRange } from '../../../domain/offsets.ts';
import { ConnectSink } from '../../support/connect-sink.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const topic = topicName('pinterest', 'pin');
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
