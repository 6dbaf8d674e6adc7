import fc from 'fast-check';
import { JsonReader } from '../../gateway/json-reader.ts';
import { jsonText } from '../support/json-text.ts';

function isTaken(text: string): boolean {
  try {
    const reader = new JsonReader(Buffer.from(text));
    if (!reader.skipValue()) throw new Error('one stretch is more than this');
    reader.expectEnd();
    return true;
  } catch {
    return false;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON, and what becomes of it when a few of its characters are replaced, dropped or doubled. */
const almostJson = fc
  .tuple(
    jsonText,
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 2 }), fc.constantFrom(...'{}[]",:\\u0e1-+.tfn /\t\n')), { maxLength: 3 }),
  )
  .map(([text, changes]) =>
    changes.reduce((changed, [at, dropped, inserted]) => {
      const place = at % (changed.length + 1);
      return changed.slice(0, place) + inserted + changed.slice(place + dropped);
    }, text),
  );

const numberLike = fc.array(fc.constantFrom(...'0123456789-+.eE'), { maxLength: 8 }).map((parts) => parts.join(''));

describe('JsonReader', () => {
  it('takes what JSON.parse takes and nothing else', () => {
    const taken = { yes: 0, no: 0 };
    fc.assert(
      fc.property(fc.oneof(almostJson, numberLike), (text) => {
        const expected = isJson(text);
        taken[expected ? 'yes' : 'no']++;
        expect(isTaken(text)).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(taken.yes, taken.no)).toBeGreaterThan(100);
  });

  it('walks through objects and arrays and tells where it is', () => {
    const reader = new JsonReader(Buffer.from(' {"a" : [1, "é"], "\\u0062":null} '));
    expect(reader.peekKind()).toBe('object');
    reader.enterObject();
    expect(reader.toNextMember()).toBe('a');
    expect(reader.peekKind()).toBe('array');
    reader.enterArray();
    expect(reader.toNextElement()).toBe(true);
    expect(String(reader.sliceValue())).toBe('1');
    expect(reader.toNextElement()).toBe(true);
    expect(String(reader.sliceValue())).toBe('"é"');
    expect(reader.toNextElement()).toBe(false);
    expect(reader.position).toBe(17);
    expect(reader.toNextMember()).toBe('b');
    expect(reader.peekKind()).toBe('null');
    reader.skipValue();
    expect(reader.toNextMember()).toBeUndefined();
    reader.expectEnd();
  });
});
