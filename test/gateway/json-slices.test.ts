import fc from 'fast-check';
import { sliceRecords } from '../../gateway/json-slices.ts';

function sliceText(text: string): Record<string, string>[] {
  return sliceRecords(Buffer.from(text)).map((record) =>
    Object.fromEntries([...record].map(([name, slice]) => [name, slice.toString('utf8')])),
  );
}

/** Writes a value as JSON with white space wherever the grammar allows it and strings escaped in different ways. */
function writeLoosely(value: unknown, spaces: () => string): string {
  const pad = (text: string) => spaces() + text + spaces();
  if (Array.isArray(value)) return pad(`[${value.map((item) => writeLoosely(item, spaces)).join(',') || spaces()}]`);
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([name, item]) => `${pad(writeString(name, spaces))}:${writeLoosely(item, spaces)}`,
    );
    return pad(`{${members.join(',') || spaces()}}`);
  }
  return pad(typeof value === 'string' ? writeString(value, spaces) : JSON.stringify(value));
}

function writeString(text: string, spaces: () => string): string {
  if (spaces() !== '') return JSON.stringify(text);
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0'));
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}

const spacing = fc.array(fc.constantFrom('', '', ' ', '\n', '\t', '\r\n', '  '), { minLength: 1, maxLength: 20 });
const jsonValue = fc.jsonValue({ maxDepth: 6 });

function cycle(texts: readonly string[]): () => string {
  let i = 0;
  return () => texts[i++ % texts.length] ?? '';
}

describe('sliceRecords', () => {
  it('returns the bytes of every member as they stand in the body', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(jsonValue, jsonValue), { minLength: 1, maxLength: 5 }), spacing, (pairs, gaps) => {
        const spaces = cycle(gaps);
        const written = pairs.map(([key, value]) => ({
          key: writeLoosely(key, spaces),
          value: writeLoosely(value, spaces),
        }));
        const records = written.map(({ key, value }) => `{ "key" :${key},"value":${value}}`).join(' , ');
        expect(sliceText(`\n{"records":[${records}]}`)).toEqual(
          written.map(({ key, value }) => ({ key: key.trim(), value: value.trim() })),
        );
      }),
    );
  });

  it('returns slices that parse to the values that were written', () => {
    fc.assert(
      fc.property(fc.array(jsonValue, { minLength: 1 }), (values) => {
        const body = Buffer.from(JSON.stringify({ records: values.map((value) => ({ value })) }));
        const parsed = sliceRecords(body).map((record): unknown => JSON.parse(String(record.get('value'))));
        // JSON has no -0, so what is compared is the text.
        expect(JSON.stringify(parsed)).toBe(JSON.stringify(values));
      }),
    );
  });

  it('keeps numbers that Node would change', () => {
    const value = '{"a":1e400,"b":9223372036854775807,"c":-0,"d":1.10,"a":2}';
    expect(sliceText(`{"records":[{"value":${value}}]}`)).toEqual([{ value }]);
  });

  it('is not confused by brackets, quotes and backslashes inside strings', () => {
    const value = String.raw`{"}]\"{[":"\\","é😀\ud83d":["\\\"]",{}]}`;
    expect(sliceText(`{"records":[{"value":${value},"key":"\\\\"}]}`)).toEqual([{ value, key: '"\\\\"' }]);
  });

  it('finds members whose names are escaped, and skips what stands beside the records', () => {
    const body = '{"key_schema":{"records":[1]},"\\u0072ecords":[{"\\u0076alue":1}],"x":[[]]}';
    expect(sliceText(body)).toEqual([{ value: '1' }]);
  });

  it.each(['{}', '{"records":null}', '{"records":[]}', ' { "records" : [ ] } '])('finds no records in %s', (body) => {
    expect(sliceText(body)).toEqual([]);
  });

  it.each([
    ['', 'body is not valid JSON'],
    ['{"records":[{"value":1},]}', 'body is not valid JSON'],
    ['{"records":[{"value":NaN}]}', 'body is not valid JSON'],
    ['{"records":[]} x', 'body is not valid JSON at byte 15'],
    ['{"records":[{"value":"é\u0000"}]}', 'body is not valid JSON at byte 24'],
    ['﻿{"records":[]}', 'body has a byte order mark at byte 0'],
    ['[1]', 'body is not a JSON object'],
    ['null', 'body is not a JSON object'],
    ['{"records":{}}', '"records" is not an array'],
    ['{"records":[{"value":1},2]}', 'record 1 is not a JSON object'],
    ['{"records":[{"value":1,"value":2}]}', 'member "value" occurs twice in one object'],
    ['{"records":[{"value":1,"\\u0076alue":2}]}', 'member "value" occurs twice in one object'],
    ['{"records":[],"records":[]}', 'member "records" occurs twice in one object'],
  ])('refuses %j', (body, message) => {
    expect(() => sliceText(body)).toThrow(expect.objectContaining({ status: 400, code: 400, message }));
  });

  it.each([
    ['a sequence that is cut off', 'c328', 0],
    ['a byte that begins nothing', 'ff', 0],
    ['a second byte too many', 'c3a980', 2],
    ['an overlong form', 'c080', 0],
    ['half of a surrogate pair', 'eda080', 0],
    ['the same after a replacement character that was sent', 'efbfbdeda080', 3],
    ['what only begins like a replacement character', 'efbf41', 0],
    ['a code point above the last', 'f4908080', 0],
  ])('refuses bytes that are not UTF-8, which Node would replace, and says where: %s', (_what, hex, at) => {
    const before = Buffer.from('{"records":[{"value":"é');
    const body = Buffer.concat([before, Buffer.from(hex, 'hex'), Buffer.from('"}]}')]);
    expect(() => sliceRecords(body)).toThrow(`body is not valid UTF-8 at byte ${before.length + at}`);
  });

  it('takes 64 levels and refuses 65, of a value of any size', () => {
    const nested = (levels: number) => `{"records":[{"value":${'['.repeat(levels)}${']'.repeat(levels)}}]}`;
    expect(sliceText(nested(61))).toHaveLength(1);
    expect(() => sliceText(nested(62))).toThrow('body is nested deeper than 64 levels');
    expect(() => sliceText(nested(1_000_000))).toThrow('body is nested deeper than 64 levels');
  });
});
