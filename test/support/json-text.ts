import fc from 'fast-check';

/**
 * JSON as anybody may write it: white space wherever the grammar has room for it, escapes where none are needed, numbers
 * that no double holds, members twice, halves of surrogate pairs as escapes. Not text that `JSON.stringify` would make.
 */
const space = fc.constantFrom('', '', '', '', ' ', '\t', '\n', '\r\n', '   ');

const hexDigit = fc.constantFrom(...'0123456789abcdefABCDEF');
const escape = fc.oneof(
  fc.constantFrom('\\"', '\\\\', '\\/', '\\b', '\\f', '\\n', '\\r', '\\t', '\\u0000', '\\ud83d', '\\uDE00'),
  fc.array(hexDigit, { minLength: 4, maxLength: 4 }).map((digits) => `\\u${digits.join('')}`),
);
const plain = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('{"', '}]', ',:', '\u2028', '\ufeff', '\ufffd', '😀', 'e\u0301', '\u{10ffff}', '\u007f', '\ufffe'),
);
const text = fc
  .array(
    fc.oneof(
      plain.map((characters) => JSON.stringify(characters).slice(1, -1)),
      escape,
    ),
    { maxLength: 6 },
  )
  .map((parts) => `"${parts.join('')}"`);

const digits = fc.array(fc.constantFrom(...'0123456789'), { minLength: 1, maxLength: 40 }).map((all) => all.join(''));
const number = fc.oneof(
  fc.constantFrom('0', '-0', '1e400', '-1E-400', '9223372036854775808', '0.1e+1'),
  fc
    .tuple(fc.constantFrom('', '-'), fc.constantFrom('', '1', '9'), digits, fc.constantFrom('', '.5', 'e3', '.25E-7'))
    .map(([sign, first, rest, end]) => `${sign}${first === '' ? '0' : first + rest}${end}`),
);

const name = fc.oneof(text, fc.constantFrom('""', '"a"', '"a"', '"__proto__"', '"constructor"', '"ind"', '"value"'));

const pad = (arbitrary: fc.Arbitrary<string>) =>
  fc.tuple(space, arbitrary, space).map(([before, inside, after]) => before + inside + after);

/** One JSON value, without white space around it. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
    fc.oneof(number, text, fc.constantFrom('true', 'false', 'null')),
    tie('list'),
    tie('object'),
  ),
  list: fc
    .tuple(fc.array(pad(tie('value')), { maxLength: 4 }), space)
    .map(([items, empty]) => `[${items.length === 0 ? empty : items.join(',')}]`),
  object: fc
    .tuple(fc.array(fc.tuple(pad(name), pad(tie('value'))), { maxLength: 4 }), space)
    .map(([members, empty]) => `{${members.length === 0 ? empty : members.map((pair) => pair.join(':')).join(',')}}`),
})).value;
