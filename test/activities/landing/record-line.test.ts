import fc from 'fast-check';
import { joinLines, splitLines, toLine } from '../../../activities/landing/record-line.ts';

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));

test('lines that are joined and split again are the same, whatever bytes the records had', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 20 }), (values) => {
      const lines = values.map(toLine);
      expect([...splitLines(joinLines(lines))]).toEqual(lines);
    }),
  );
});

test('a line has as many bytes as its record, and only line breaks among them differ', () => {
  fc.assert(
    fc.property(bytes, (value) => {
      const expected = [...value].map((byte) => (byte === 0x0a || byte === 0x0d ? 0x09 : byte));
      expect([...toLine(value)]).toEqual(expected);
    }),
  );
});

test('a record with a line break in a string, which is no JSON, does not become JSON', () => {
  for (const text of ['{"a":"b\nc"}', '{"a":"b\rc"}'])
    expect(() => JSON.parse(toLine(Buffer.from(text)).toString())).toThrow();
  expect(JSON.parse(toLine(Buffer.from('{\n"a":\r\n"b"}')).toString())).toEqual({ a: 'b' });
});

test('a last line without an end counts, as Kafka Connect leaves it', () => {
  expect([...splitLines(Buffer.from('a\n\nb'))].map(String)).toEqual(['a', '', 'b']);
});
