import { createHash } from 'node:crypto';
import { markRecord, readRequestMark } from '../../gateway/request-mark.ts';

const run = 'daily-pinterest-2026-11-22/0123456789ab';

test('a request without a mark has none', () => {
  expect(readRequestMark({ accept: '*/*' })).toBeUndefined();
});

test('every record of a marked request gets the run, its own sequence and the hash of its bytes', () => {
  const mark = readRequestMark({ 'pinflow-run': run, 'pinflow-sequence': '2000' }) ?? { run: '', sequence: 0 };
  const value = Buffer.from('{"index": 1}');
  const hashOf = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

  expect([value, null].map((bytes, index) => markRecord(bytes, { mark, index }))).toEqual([
    { 'pinflow-run': run, 'pinflow-sequence': '2000', 'pinflow-sha256': hashOf(value) },
    { 'pinflow-run': run, 'pinflow-sequence': '2001', 'pinflow-sha256': hashOf('') },
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
