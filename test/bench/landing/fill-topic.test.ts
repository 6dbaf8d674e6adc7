import { makeRecord, RECORD_BYTES } from '../../../bench/landing/fill-topic.ts';

test.each([0, 7, 299_999])('record %i is JSON of exactly the size that was asked for', (sequence) => {
  const record = makeRecord(sequence);
  expect(record).toHaveLength(RECORD_BYTES);
  expect(JSON.parse(record.toString())).toMatchObject({ index: sequence });
});
