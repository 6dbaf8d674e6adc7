import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChunkWriter } from '../../../activities/landing/chunk-writer.ts';
import { landedKey } from '../../../domain/names.ts';
import { type Content, expectSame, readFiles, readLanded } from '../../../bench/landing/content.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const topic = 'bench.pin';
const content = (text: string): Content => ({
  lines: text.split('\n').length - 1,
  sha256: createHash('sha256').update(text).digest('hex'),
});
const expected = [content('a\nb\nc\n'), content('d\n')];

async function land(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const { signal } = new AbortController();
  for (const [partition, values] of [['a', 'b', 'c'], ['d']].entries()) {
    const range = { partition, start: 0, end: values.length };
    const writer = new ChunkWriter({ store, topic, range, maxRecords: 2, maxAgeMs: 1_000, signal, writer: 'bench' });
    await writer.append(
      values.map((value, offset) => ({ offset, value: Buffer.from(value), readMark: () => undefined })),
    );
    await writer.finish();
  }
  return store;
}

test('what has landed is what each partition holds, over as many objects as there are', async () => {
  const store = await land();
  expect(store.objects.size).toBe(3);
  const landed = await readLanded(topic, [3, 1], store);
  expect(landed).toEqual(expected);
  expect(() => expectSame('landing', landed, expected)).not.toThrow();
});

test('an offset in no object is refused', async () => {
  const store = await land();
  await store.deleteObjects([landedKey({ topic, partition: 0, start: 2 })]);
  await expect(readLanded(topic, [3, 1], store)).rejects.toMatchObject({ code: 'COVERAGE_INCOMPLETE' });
});

test('a changed byte is refused, and so is a line that is missing', async () => {
  const store = await land();
  const object = store.objects.get(landedKey({ topic, partition: 1, start: 0 }));
  object?.body.write('x');
  const landed = await readLanded(topic, [3, 1], store);
  expect(() => expectSame('landing', landed, expected)).toThrow(/^landing has landed 1 lines with SHA-256 .* holds /);
  expect(() => expectSame('landing', [content('a\nb\n'), content('d\n')], expected)).toThrow('2 lines');
});

test("Spark's files are the partitions in any order, without its own notes", () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinflow-content-'));
  writeFileSync(join(folder, 'part-00000-x.txt'), 'd\n');
  writeFileSync(join(folder, 'part-00001-x.txt'), 'a\nb\nc\n');
  writeFileSync(join(folder, '.part-00001-x.txt.crc'), 'crc');
  expect(() => expectSame('Spark', readFiles(folder), expected)).not.toThrow();
  rmSync(folder, { recursive: true });
});
