import * as fc from 'fast-check';
import { type Line, scanLines } from '../../../activities/jsonl/lines.ts';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function collectLines(bytes: Buffer, size: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of scanLines(inChunks(bytes, size))) lines.push({ ...line, bytes: Buffer.from(line.bytes) });
  return lines;
}

test('lines have their bytes, their place in the file and their number', async () => {
  const lines = await collectLines(Buffer.from('ab\r\n\n\u00e9c\nd'), 4);
  expect(lines).toEqual([
    { bytes: Buffer.from('ab'), offset: 0, number: 1 },
    { bytes: Buffer.from(''), offset: 4, number: 2 },
    { bytes: Buffer.from('\u00e9c'), offset: 5, number: 3 },
    { bytes: Buffer.from('d'), offset: 9, number: 4 },
  ]);
});

test('a carriage return stays where it does not end a line', async () => {
  const [line] = await collectLines(Buffer.from('a\rb\r\r\n'), 100);
  expect(line?.bytes).toEqual(Buffer.from('a\rb\r'));
});

test('any lines come back as they were, wherever the chunks end', async () => {
  const content = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n]/g, ''));
  await fc.assert(
    fc.asyncProperty(
      fc.array(content),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 20 }),
      async (texts, ending, size) => {
        const file = Buffer.from(texts.map((text) => text + ending).join(''));
        const lines = await collectLines(file, size);
        expect(lines.map(({ bytes }) => bytes)).toEqual(texts.map((text) => Buffer.from(text)));
        for (const { bytes, offset } of lines) expect(file.subarray(offset, offset + bytes.length)).toEqual(bytes);
      },
    ),
  );
});
