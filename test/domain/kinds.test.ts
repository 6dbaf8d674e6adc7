import { KEY_FIELDS, mapKinds, RECORD_KINDS } from '../../domain/kinds.ts';

test('a value is built for every kind in the order of the list', () => {
  const asked: string[] = [];
  const lengths = mapKinds((kind) => asked.push(kind));
  expect(asked).toEqual([...RECORD_KINDS]);
  expect(lengths).toEqual({ pin: 1, geo: 2, user: 3 });
  expect(Object.keys(lengths)).toEqual([...RECORD_KINDS]);
});

test('only the pin table calls its key index', () => {
  expect(KEY_FIELDS).toEqual({ pin: 'index', geo: 'ind', user: 'ind' });
});
