/** Records of the kind `geo` that no friend would send, and what shall become of each. */
export interface HostileRecord {
  readonly name: string;
  readonly value: Buffer | null;
  /** Why it is refused; undefined: it is clean. */
  readonly reasons?: readonly string[];
  /** What the clean table holds of it. */
  readonly stored?: { readonly country?: string; readonly latitude?: number };
}

/** Far from the keys of the synthetic rows, so that nothing is a duplicate. */
let nextKey = 1_000_000;

/** A valid record as JSON text but for the fields given, which are JSON text, too. */
export function writeGeo(fields: { readonly [field in 'ind' | 'latitude' | 'country']?: string } = {}): string {
  const { ind = String(nextKey++), latitude = '12.5', country = '"Albania"' } = fields;
  return `{"ind":${ind},"timestamp":"2020-08-28 03:52:47","latitude":${latitude},"longitude":1.5,"country":${country}}`;
}

const hex = (digits: string) => Buffer.from(digits, 'hex');
/** A valid record but for bytes in its country. */
const withBytes = (bytes: Buffer) => {
  const [before, after] = writeGeo({ country: '"?"' }).split('?');
  return Buffer.concat([Buffer.from(String(before)), bytes, Buffer.from(String(after))]);
};
const refuse = (name: string, reason: string, value: string | Buffer | null): HostileRecord => ({
  name,
  value: typeof value === 'string' ? Buffer.from(value) : value,
  reasons: [reason],
});

/** What only a producer can send that does not go through the gateway, and so with every rule of Kafka's alone. */
export const POISON: readonly HostileRecord[] = [
  refuse('text that is not JSON', 'not_json', 'hello'),
  refuse('no bytes', 'not_json', ''),
  refuse('white space', 'not_json', '  \t '),
  refuse('a tombstone', 'not_an_object', null),
  refuse('null', 'not_an_object', 'null'),
  refuse('an array', 'not_an_object', '[1,2]'),
  refuse('a number', 'not_an_object', '42'),
  refuse('a string', 'not_an_object', '"text"'),
  refuse('a field of another type', 'latitude_invalid', writeGeo({ latitude: '"north"' })),
  refuse('an array where text belongs', 'country_invalid', writeGeo({ country: '["Albania"]' })),
  refuse('an object that is cut off', 'not_json', writeGeo().slice(0, -5)),
  refuse('two objects', 'not_json', writeGeo() + writeGeo()),
  refuse('an object and more', 'not_json', `${writeGeo()} x`),
  refuse('a field twice', 'not_json', writeGeo().replace('}', ',"country":"Peru"}')),
  refuse('single quotes', 'not_json', writeGeo().replaceAll('"', "'")),
  refuse('a comment', 'not_json', `/* geo */${writeGeo()}`),
  refuse('NaN', 'not_json', writeGeo({ latitude: 'NaN' })),
  refuse('Infinity', 'not_json', writeGeo({ latitude: '-Infinity' })),
  refuse('a byte order mark', 'not_json', `\ufeff${writeGeo()}`),
  refuse('a line break in a string', 'not_json', writeGeo({ country: '"Alba\nnia"' })),
  refuse('a U+0000 that is not escaped', 'not_json', writeGeo({ country: '"Alba\0nia"' })),
  refuse('a byte that is no UTF-8', 'not_utf8', withBytes(hex('ff'))),
  refuse('an overlong form', 'not_utf8', withBytes(hex('c080'))),
  refuse('half of a surrogate pair', 'not_utf8', withBytes(hex('eda080'))),
  refuse('gzip', 'not_utf8', hex('1f8b08000000000000030300000000000000000000')),
  refuse('Avro', 'not_json', hex('0000000001080a')),
  refuse('100,000 open brackets', 'not_json', '['.repeat(100_000)),
  refuse('almost 1 MB of text that is not JSON', 'not_json', 'x'.repeat(1_048_000)),
];

const clean = (name: string, value: string, stored: HostileRecord['stored'] = {}): HostileRecord => ({
  name,
  value: Buffer.from(value),
  stored,
});

/** Good records, one of which looks like what becomes of bytes that are no UTF-8. */
export const NEIGHBOURS: readonly HostileRecord[] = [
  clean('a valid record', writeGeo()),
  clean('a replacement character', writeGeo({ country: '"\ufffd"' }), { country: '\ufffd' }),
  clean('line breaks between fields', writeGeo().replaceAll(',', ',\r\n')),
  clean('almost 1 MB in a field that is not read', writeGeo().replace('}', `,"more":"${'x'.repeat(1_000_000)}"}`)),
];

const TEXTS: Readonly<Record<string, string>> = {
  'accents composed (NFC)': 'é',
  'accents decomposed (NFD)': 'e\u0301',
  'emoji of four bytes and more': '😀👩‍👩‍👧',
  'U+2028 and U+2029': 'a\u2028b\u2029c',
  'right to left with overrides': '\u202eעברית\u202c',
  'no characters but a byte order mark': '\ufeff',
  'the last code point': '\u{10ffff}',
  'what SQL and JSON quote': '\'"`\\/;--',
};

/** Text that the gateway takes. */
export const ACCEPTED_TEXTS: readonly HostileRecord[] = [
  ...Object.entries(TEXTS).map(([name, country]) =>
    clean(name, writeGeo({ country: JSON.stringify(country) }), { country }),
  ),
  clean('U+0000, escaped', writeGeo({ country: '"a\\u0000b"' }), { country: 'a\0b' }),
  clean('escapes of any character', writeGeo({ country: '"\\u00e9\\ud83d\\ude00"' }), { country: 'é😀' }),
  refuse('half of a surrogate pair, escaped', 'not_json', writeGeo({ country: '"\\ud800"' })),
];

/** Values that the gateway refuses, and at which byte of the value it does. */
export const REFUSED_TEXTS: readonly { readonly name: string; readonly value: Buffer; readonly at: number }[] = [
  { name: 'a byte that begins nothing', value: hex('22ff22'), at: 1 },
  { name: 'a sequence that is cut off', value: hex('22c322'), at: 1 },
  { name: 'an overlong form', value: hex('22c08022'), at: 1 },
  { name: 'half of a surrogate pair', value: hex('22eda08022'), at: 1 },
  { name: 'a code point above the last', value: hex('22f490808022'), at: 1 },
  { name: 'UTF-16', value: Buffer.from('"é"', 'utf16le'), at: 2 },
  { name: 'U+0000, not escaped', value: hex('2261006222'), at: 2 },
];

const number = (digits: string, latitude: number | undefined): HostileRecord[] => [
  latitude === undefined
    ? refuse(`coordinate ${digits.slice(0, 20)}`, 'latitude_invalid', writeGeo({ latitude: digits }))
    : clean(`coordinate ${digits.slice(0, 20)}`, writeGeo({ latitude: digits }), { latitude }),
  refuse(`text ${digits.slice(0, 20)}`, 'country_invalid', writeGeo({ country: digits })),
];

/** Numbers beyond what columns hold: a coordinate becomes the nearest double or is refused, no text is made of a number. */
export const NUMBERS: readonly HostileRecord[] = [
  ...number('1e400', undefined),
  ...number('-0', 0),
  ...number('9007199254740993', undefined),
  ...number('9223372036854775808', undefined),
  ...number('1e-999', 0),
  ...number(`0.${'1'.repeat(400)}`, 1 / 9),
  ...number('1'.repeat(400), undefined),
  refuse('key 2^53 + 1', 'key_invalid', writeGeo({ ind: '9007199254740993' })),
  refuse('key 1e400', 'key_invalid', writeGeo({ ind: '1e400' })),
];

/** Tokens that are no numbers in JSON; the gateway refuses them. */
export const REFUSED_NUMBERS = ['NaN', 'Infinity', '-Infinity', '01', '.5', '1.', '+1', '0x10', '1e'];
