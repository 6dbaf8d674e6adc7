import fc from 'fast-check';
import { readRecords, sliceMembers } from '../../gateway/json-slices.ts';
import { jsonText } from '../support/json-text.ts';

const tooMany = () => new Error('too many');
const slice = (body: Buffer, most = 100) =>
  readRecords(body, { members: ['key', 'value'], most, tooMany, read: (slices) => slices });

async function sliceText(text: string): Promise<Record<string, string>[]> {
  const records = await slice(Buffer.from(text));
  return records.map((record) =>
    Object.fromEntries(Object.entries(record).map(([name, bytes]) => [name, bytes.toString('utf8')])),
  );
}

const spaced = fc.tuple(fc.constantFrom('', ' ', '\n'), jsonText, fc.constantFrom('', '\t', '\r\n'));

describe('readRecords', () => {
  it('returns the bytes of every member as they stand in the body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(spaced, spaced), { minLength: 1, maxLength: 5 }), async (pairs) => {
        const records = pairs.map(([key, value]) => `{ "key" :${key.join('')},"value":${value.join('')}}`);
        expect(await sliceText(`\n{"records":[${records.join(' , ')}]}`)).toEqual(
          pairs.map(([[, key], [, value]]) => ({ key, value })),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is not confused by brackets, quotes and backslashes inside strings', async () => {
    const value = String.raw`{"}]\"{[":"\\","é😀\ud83d":["\\\"]",{}]}`;
    expect(await sliceText(`{"records":[{"value":${value},"key":"\\\\"}]}`)).toEqual([{ value, key: '"\\\\"' }]);
  });

  it('finds members whose names are escaped, and leaves what stands beside the records', async () => {
    const body = '{"key_schema":{"records":[1]},"\\u0072ecords":[{"\\u0076alue":1}],"__proto__":[[]]}';
    expect(await sliceText(body)).toEqual([{ value: '1' }]);
  });

  it.each(['{}', '{"records":null}', '{"records":[]}', ' { "records" : [ ] } '])(
    'finds no records in %s',
    async (body) => {
      expect(await sliceText(body)).toEqual([]);
    },
  );

  it('refuses more records than are allowed as soon as it sees them', async () => {
    expect(await slice(Buffer.from('{"records":[{},{}]}'), 2)).toHaveLength(2);
    await expect(slice(Buffer.from('{"records":[{},{},{} and no JSON'), 2)).rejects.toThrow('too many');
  });

  it.each([
    ['many records', `{"records":[${`{"value":"${'x'.repeat(999)}"},`.repeat(4_000)}{}]}`, 4_001],
    ['one value', `{"records":[{"value":[${'[{}],'.repeat(500_000)}{"a":[]}]}]}`, 1],
    ['what stands beside the records', `{"x":[${'[{}],'.repeat(500_000)}{"a":[]}],"records":[{}]}`, 1],
  ])('gives others their turns while it reads a large body: %s', async (_what, body, records) => {
    let turns = 0;
    const turn = setInterval(() => turns++, 0);
    expect(await slice(Buffer.from(body), 5_000)).toHaveLength(records);
    clearInterval(turn);
    expect(turns).toBeGreaterThan(1);
  });

  it('takes a value that it read in several stretches as it stands', async () => {
    const value = `[${'[{}, {"a":[1]}],'.repeat(100_000)}0]`;
    const [record] = await slice(Buffer.from(`{"records":[{"key":1,"value": ${value} }]}`));
    expect(record?.value?.equals(Buffer.from(value))).toBe(true);
  });
});

/** What is taken is stored as it stands here; what a reader of the record makes of it is the cleaning's affair. */
const ACCEPTED: readonly (readonly [what: string, value: string])[] = [
  ['numbers that no double holds', '[1e400,-1e-400,9223372036854775808,0.1000000000000000055511151231257827]'],
  ['a minus before zero and superfluous digits', '[-0,1.10,1E+02]'],
  ['a member twice inside a value', '{"a":1,"a":2}'],
  ['members named after what JavaScript inherits', '{"__proto__":{"x":1},"constructor":{"prototype":null}}'],
  ['a member with an empty name', '{"":""}'],
  ['an empty text, object and list', '["",{},[]]'],
  ['half of a surrogate pair as an escape', '"\\ud83d and \\udE00"'],
  ['a null character as an escape', '"\\u0000"'],
  ['code points up to the last, unassigned ones and a mark inside', '"\u{10ffff}\ufffe\ufeff\u2028"'],
  ['every escape', '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"'],
  ['100,000 elements', `[${'0,'.repeat(99_999)}0]`],
  ['100,000 members', `{${Array.from({ length: 100_000 }, (_, i) => `"${i}":0`).join()}}`],
  ['a text of a megabyte', `"${'é'.repeat(500_000)}"`],
];

const REFUSED: readonly (readonly [what: string, body: string, message: string])[] = [
  ['nothing', '', 'body is empty'],
  ['white space', ' ', 'body is not a JSON object at byte 1'],
  ['half a body', '{"records":[{"value":1}', 'body is not valid JSON at byte 23'],
  ['a comma too many in a list', '{"records":[{"value":1},]}', 'record 1 is not a JSON object at byte 24'],
  ['a comma too many in an object', '{"records":[{"value":1,}]}', 'body is not valid JSON at byte 23'],
  ['NaN', '{"records":[{"value":NaN}]}', 'body is not valid JSON at byte 21'],
  ['Infinity', '{"records":[{"value":-Infinity}]}', 'body is not valid JSON at byte 22'],
  ['a leading zero', '{"records":[{"value":01}]}', 'body is not valid JSON at byte 22'],
  ['a number without digits behind its point', '{"records":[{"value":1.}]}', 'body is not valid JSON at byte 23'],
  ['a single quote', `{"records":[{"value":'a'}]}`, 'body is not valid JSON at byte 21'],
  ['a comment', '{"records":[/**/]}', 'record 0 is not a JSON object at byte 12'],
  ['an unknown escape', '{"records":[{"value":"é\\x"}]}', 'body is not valid JSON at byte 25'],
  ['an escape that is cut off', '{"records":[{"value":"\\u00e"}]}', 'body is not valid JSON at byte 27'],
  ['a control character in a text', '{"records":[{"value":"é\u0000"}]}', 'body is not valid JSON at byte 24'],
  ['a line feed in a text', '{"records":[{"value":"\n"}]}', 'body is not valid JSON at byte 22'],
  ['a second body', '{"records":[]} x', 'body is not valid JSON at byte 15'],
  ['a byte order mark', '\ufeff{"records":[]}', 'body has a byte order mark at byte 0'],
  ['a list', '[1]', 'body is not a JSON object at byte 0'],
  ['null', 'null', 'body is not a JSON object at byte 0'],
  ['records that are no list', '{"records":{}}', '"records" is not an array at byte 11'],
  ['a record that is no object', '{"records":[{"value":1},2]}', 'record 1 is not a JSON object at byte 24'],
  [
    'an unknown member',
    '{"records":[{"valeu":1}]}',
    'record 0 has the unknown member "valeu" at byte 13, known are key, value',
  ],
  [
    'a member that objects inherit',
    '{"records":[{"__proto__":1}]}',
    'record 0 has the unknown member "__proto__" at byte 13, known are key, value',
  ],
  ['a member twice', '{"records":[{"value":1,"\\u0076alue":2}]}', 'record 0 has the member "value" twice at byte 23'],
  [
    'more members than anybody has',
    `{${Array.from({ length: 101 }, (_, i) => `"m${i}":0`).join()}}`,
    'body has more than 100 members at byte 791',
  ],
  ['records twice', '{"records":[],"records":[]}', 'body has the member "records" twice at byte 14'],
];

describe('what stands in a body', () => {
  it.each(ACCEPTED)('is taken byte for byte: %s', async (_what, value) => {
    const [record] = await slice(Buffer.from(`{"records":[{"value": ${value} }]}`));
    expect(record?.value?.equals(Buffer.from(value))).toBe(true);
  });

  it.each(REFUSED)('is refused with its place: %s', async (_what, body, message) => {
    await expect(sliceText(body)).rejects.toThrow(expect.objectContaining({ status: 400, code: 400, message }));
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
  ])('is refused where it is not UTF-8, which Node would replace: %s', async (_what, hex, at) => {
    const before = Buffer.from('{"records":[{"value":"é');
    const body = Buffer.concat([before, Buffer.from(hex, 'hex'), Buffer.from('"}]}')]);
    await expect(slice(body)).rejects.toThrow(`body is not valid UTF-8 at byte ${before.length + at}`);
    // Far behind, where the body is looked at piece by piece and every piece begins in the middle of a character.
    const far = Buffer.concat([Buffer.from('\u0000é'), Buffer.from('é€😀'.repeat(30_000)), body]);
    await expect(slice(far)).rejects.toThrow(
      `body is not valid UTF-8 at byte ${far.length - body.length + before.length + at}`,
    );
  });

  it('may be nested 64 levels deep, in a value of any size', async () => {
    const nested = (levels: number) => `{"records":[{"value":${'['.repeat(levels)}${']'.repeat(levels)}}]}`;
    expect(await sliceText(nested(61))).toHaveLength(1);
    await expect(sliceText(nested(62))).rejects.toThrow('body is nested deeper than 64 levels at byte 82');
    await expect(sliceText(nested(1_000_000))).rejects.toThrow('body is nested deeper than 64 levels at byte 82');
  });
});

describe('sliceMembers', () => {
  it('finds the members of the body itself', async () => {
    const found = await sliceMembers(Buffer.from(' {"key": 1e400 , "value":[ ]} '), ['key', 'value']);
    expect([String(found.key), String(found.value)]).toEqual(['1e400', '[ ]']);
  });

  it.each([
    ['{"kye":1}', 'body has the unknown member "kye" at byte 1, known are key'],
    ['{"key":1} {}', 'body is not valid JSON at byte 10'],
  ])('refuses %s', async (body, message) => {
    await expect(sliceMembers(Buffer.from(body), ['key'])).rejects.toThrow(message);
  });
});
