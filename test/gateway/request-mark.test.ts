import { createHash } from 'node:crypto';
import { markRecords, readRequestMark } from '../../gateway/mark-records.ts';

const run = 'daily-pinterest-2026-11-22/0123456789ab';

test('a request without a mark has none, and its records stay as they are', async () => {
  expect(readRequestMark({ accept: '*/*' })).toBeUndefined();
  expect(await markRecords([{ key: null, value: Buffer.from('{}') }], undefined)).toEqual([
    { key: null, value: Buffer.from('{}') },
  ]);
});

test('every record of a marked request gets the run, its own sequence and the hash of its bytes', async () => {
  const mark = readRequestMark({ 'pinflow-run': run, 'pinflow-sequence': '2000' });
  const value = Buffer.from('{"index": 1}');
  const hashOf = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

  expect(
    await markRecords(
      [
        { key: null, value },
        { key: Buffer.from('1'), value: null },
      ],
      mark,
    ),
  ).toEqual([
    { key: null, value, headers: { 'pinflow-run': run, 'pinflow-sequence': '2000', 'pinflow-sha256': hashOf(value) } },
    {
      key: Buffer.from('1'),
      value: null,
      headers: { 'pinflow-run': run, 'pinflow-sequence': '2001', 'pinflow-sha256': hashOf('') },
    },
  ]);
});

test.each([
  { 'pinflow-run': run },
  { 'pinflow-sequence': '0' },
  { 'pinflow-run': '', 'pinflow-sequence': '0' },
  { 'pinflow-run': 'a b', 'pinflow-sequence': '0' },
  { 'pinflow-run': 'x'.repeat(201), 'pinflow-sequence': '0' },
  { 'pinflow-run': run, 'pinflow-sequence': '-1' },
  { 'pinflow-run': run, 'pinflow-sequence': '1e3' },
])('the half or impossible mark %j is refused', (headers) => {
  expect(() => readRequestMark(headers)).toThrow('"pinflow-run" and "pinflow-sequence" go together');
});
