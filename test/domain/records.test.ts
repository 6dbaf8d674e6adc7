import { CATEGORIES, geoRowSchema, pinRowSchema, userRowSchema } from '../../domain/records.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { describeRealSamples } from '../support/real-samples.ts';

const SCHEMAS = { pin: pinRowSchema, geo: geoRowSchema, user: userRowSchema };

const GEO = { ind: 1, timestamp: '2020-08-28 03:52:47', latitude: -89.9787, longitude: -173.293, country: 'Albania' };

test('dates are taken with a blank or a T, and in no other form', () => {
  expect(geoRowSchema.safeParse(GEO).success).toBe(true);
  expect(geoRowSchema.safeParse({ ...GEO, timestamp: '2020-08-28T03:52:47' }).success).toBe(true);
  expect(geoRowSchema.safeParse({ ...GEO, timestamp: '2020:08:28 03:52:47' }).success).toBe(false);
});

test('categories are thirteen in alphabetical order', () => {
  expect(CATEGORIES).toHaveLength(13);
  expect(CATEGORIES.toSorted()).toEqual(CATEGORIES);
});

describeRealSamples('real rows', ({ lines }) => {
  test.each(RECORD_KINDS)('of kind %s fit the schema, column by column in wire order', (kind) => {
    for (const line of lines[kind]) {
      const row: unknown = JSON.parse(line);
      expect(SCHEMAS[kind].safeParse(row).error).toBeUndefined();
      expect(Object.keys(row as object)).toEqual(Object.keys(SCHEMAS[kind].shape));
    }
  });
});
