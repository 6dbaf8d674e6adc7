import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { ChunkWriter } from '../../../activities/landing/chunk-writer.ts';
import { landedKey, parseLandedKey } from '../../../domain/names.ts';
import { makeRecord } from '../../support/kafka-record.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const topic = 'pinterest.pin';

function makeWriter(
  store: MemoryStore,
  end: number,
  changes: { start?: number; maxRecords?: number; maxAgeMs?: number; signal?: AbortSignal } = {},
) {
  const { start = 0, maxRecords = 3, maxAgeMs = 60_000, signal = new AbortController().signal } = changes;
  return new ChunkWriter({
    store,
    topic,
    range: { partition: 0, start, end },
    maxRecords,
    maxAgeMs,
    signal,
    writer: 'daily-a-2026-11-22',
  });
}

function makeRecords(start: number, end: number) {
  return Array.from({ length: end - start }, (_, i) => makeRecord(start + i, `{"n":${start + i}}`));
}

async function landAll(store: MemoryStore, end: number, fetches: readonly number[]): Promise<void> {
  const writer = makeWriter(store, end);
  const records = makeRecords(0, end);
  let next = 0;
  for (const size of [...fetches, end]) {
    await writer.append(records.slice(next, next + size));
    next += size;
  }
  await writer.finish();
}

function describeObjects(store: MemoryStore) {
  return [...store.objects].map(([key, { body, metadata }]) => ({
    start: parseLandedKey(key)?.start,
    end: Number(metadata['end-offset']),
    lines: body.toString().split('\n').length - 1,
  }));
}

describe('chunk writer', () => {
  test('cuts after the most records and writes the rest at the end', async () => {
    const store = new MemoryStore();
    await landAll(store, 8, [2, 2]);
    expect(describeObjects(store)).toEqual([
      { start: 0, end: 3, lines: 3 },
      { start: 3, end: 6, lines: 3 },
      { start: 6, end: 8, lines: 2 },
    ]);
  });

  test('writes the same objects however the records arrive', async () => {
    const whole = new MemoryStore();
    await landAll(whole, 50, []);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }), async (fetches) => {
        const store = new MemoryStore();
        await landAll(store, 50, fetches);
        expect(store.objects).toEqual(whole.objects);
      }),
    );
  });

  test('keeps end offset, count and hash of the body with the object', async () => {
    const store = new MemoryStore();
    await landAll(store, 2, []);
    const body = '{"n":0}\n{"n":1}\n';
    expect(store.objects.get(landedKey({ topic, partition: 0, start: 0 }))).toEqual({
      body: Buffer.from(body),
      metadata: {
        'end-offset': '2',
        count: '2',
        sha256: createHash('sha256').update(body).digest('hex'),
        writer: 'daily-a-2026-11-22',
      },
    });
  });

  test('adopts an object of an earlier try and goes on after it', async () => {
    const store = new MemoryStore();
    await landAll(store, 5, []);
    const before = new Map(store.objects);
    await landAll(store, 5, [1, 1]);
    expect(store.objects).toEqual(before);
  });

  test('keeps the records that a shorter existing object does not hold', async () => {
    const store = new MemoryStore();
    await makeAndFinish(store, 2);
    await landAll(store, 6, []);
    expect(describeObjects(store)).toEqual([
      { start: 0, end: 2, lines: 2 },
      { start: 2, end: 5, lines: 3 },
      { start: 5, end: 6, lines: 1 },
    ]);
  });

  test('drops the records that a longer existing object holds already', async () => {
    const store = new MemoryStore();
    const longer = makeWriter(store, 5, { maxRecords: 5 });
    await longer.append(makeRecords(0, 5));
    await longer.finish();
    await landAll(store, 7, []);
    expect(describeObjects(store)).toEqual([
      { start: 0, end: 5, lines: 5 },
      { start: 5, end: 7, lines: 2 },
    ]);
  });

  test('refuses an object with the same offsets and other bytes', async () => {
    const store = new MemoryStore();
    const key = landedKey({ topic, partition: 0, start: 0 });
    const metadata = { 'end-offset': '2', count: '2', sha256: 'other' };
    await store.createObject({ key, body: 'x', contentType: '', metadata });
    const writer = makeWriter(store, 2);
    await writer.append(makeRecords(0, 2));
    await expect(writer.finish()).rejects.toMatchObject({
      code: 'OBJECT_CONFLICT',
      message: expect.stringContaining(`object "${key}" exists with end "2" and SHA-256 "other"`),
    });
  });

  test('begins a new object after a gap in the log, so that line numbers stay offsets', async () => {
    const store = new MemoryStore();
    const writer = makeWriter(store, 12, { maxRecords: 100 });
    await writer.append([...makeRecords(0, 2), ...makeRecords(10, 12)]);
    await writer.finish();
    expect(describeObjects(store)).toEqual([
      { start: 0, end: 10, lines: 2 },
      { start: 10, end: 12, lines: 2 },
    ]);
  });

  test('bridges a gap at the begin and at the end of its range, so that the next range finds no hole', async () => {
    const store = new MemoryStore();
    const writer = makeWriter(store, 12, { maxRecords: 100 });
    await writer.append(makeRecords(4, 6));
    await writer.finish();
    await makeWriter(store, 20, { start: 12 }).finish();
    expect(describeObjects(store)).toEqual([
      { start: 0, end: 4, lines: 0 },
      { start: 4, end: 12, lines: 2 },
      { start: 12, end: 20, lines: 0 },
    ]);
  });

  test('writes records that have waited for others long enough', async () => {
    jest.useFakeTimers({ now: 0 });
    const store = new MemoryStore();
    const writer = makeWriter(store, 10, { maxRecords: 100, maxAgeMs: 1_000 });
    await writer.append(makeRecords(0, 2));
    jest.setSystemTime(999);
    await writer.append(makeRecords(2, 3));
    expect(describeObjects(store)).toEqual([]);

    jest.setSystemTime(1_000);
    await writer.writeAged();
    expect(describeObjects(store)).toEqual([{ start: 0, end: 3, lines: 3 }]);

    jest.setSystemTime(1_999);
    await writer.append(makeRecords(3, 10));
    expect(describeObjects(store)).toHaveLength(1);
    await writer.finish();
    expect(describeObjects(store).at(-1)).toEqual({ start: 3, end: 10, lines: 7 });
    jest.useRealTimers();
  });

  test('writes nothing more once it is told to stop, and the next writer goes on after what is there', async () => {
    const store = new MemoryStore();
    const stopped = new AbortController();
    const writer = makeWriter(store, 9, { signal: stopped.signal });
    await writer.append(makeRecords(0, 5));
    stopped.abort();
    await expect(writer.append(makeRecords(5, 9))).rejects.toThrow('aborted');
    expect(describeObjects(store)).toEqual([{ start: 0, end: 3, lines: 3 }]);
    await landAll(store, 9, []);
    expect(describeObjects(store)).toHaveLength(3);
  });

  test('writes one line a record: white space for line breaks, null for a tombstone, every other byte as sent', async () => {
    const store = new MemoryStore();
    const writer = makeWriter(store, 3);
    await writer.append([
      makeRecord(0, '{\r\n  "a": "ü\\n"\n}'),
      makeRecord(1, null),
      makeRecord(2, Buffer.from([0xff, 0x00])),
    ]);
    await writer.finish();
    const body = store.objects.get(landedKey({ topic, partition: 0, start: 0 }))?.body;
    expect(body).toEqual(
      Buffer.concat([Buffer.from('{\t\t  "a": "ü\\n"\t}\nnull\n'), Buffer.from([0xff, 0x00]), Buffer.from('\n')]),
    );
  });
});

async function makeAndFinish(store: MemoryStore, end: number): Promise<void> {
  const writer = makeWriter(store, end, { maxRecords: 100 });
  await writer.append(makeRecords(0, end));
  await writer.finish();
}
