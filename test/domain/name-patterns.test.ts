import { isNamePattern, isReserved, NamePatterns } from '../../domain/name-patterns.ts';

test.each([
  ['*.pin', 'pinterest.pin', true],
  ['*.pin', 'streaming-0ea903d23769.pin', true],
  ['*.pin', '.pin', true],
  ['*.pin', 'pinterest.pin.dlq', false],
  ['*.pin', 'pinterestxpin', false],
  ['*.pin', 'a/b.pin', false],
  ['*.pin', 'a\n.pin', false],
  ['pinterest.*', 'pinterest.geo', true],
  ['pinterest.*', 'pinterest-2.geo', false],
  ['streaming-*-*', 'streaming-0ea903d23769-user', true],
  ['a*c', 'ac', true],
  ['a*c', 'abcd', false],
  ['a*b*b', 'ab', false],
  ['a*b*c', 'axbyc', true],
  ['aba*ba', 'aba', false],
  ['one', 'one', true],
  ['one', 'One', false],
  ['*', 'anything', true],
  ['*', '__consumer_offsets', false],
  ['__consumer_offsets', '__consumer_offsets', false],
])('the pattern %j and the name %j: %j', (pattern, name, fits) => {
  expect(new NamePatterns(['never', pattern]).cover(name)).toBe(fits);
});

test('no pattern, no name', () => {
  expect(new NamePatterns([]).cover('pinterest.pin')).toBe(false);
});

test('many stars cost no more than a glance', () => {
  const begun = performance.now();
  expect(new NamePatterns([`${'*a'.repeat(50)}*b`]).cover('a'.repeat(2_000))).toBe(false);
  expect(performance.now() - begun).toBeLessThan(100);
});

test('a pattern has the characters of names and stars', () => {
  expect(['*.pin', 'a-b_c.D9', '*'].map(isNamePattern)).toEqual([true, true, true]);
  expect(['', 'a b', 'a/b', '[ab]', 'é', 'a?'].map(isNamePattern)).toEqual([false, false, false, false, false, false]);
});

test('reserved names begin with two underscores', () => {
  expect(['__consumer_offsets', '_schemas', 'a__b'].map(isReserved)).toEqual([true, false, false]);
});
