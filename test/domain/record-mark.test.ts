import { parseRecordMark } from '../../domain/record-mark.ts';

const headers = { 'pinflow-run': 'daily-a/1', 'pinflow-sequence': '7', 'pinflow-sha256': '0123456789abcdef' };
const parse = (of: Record<string, string>) => parseRecordMark((name) => of[name]);

test('a mark is read from the headers of a record', () => {
  expect(parse(headers)).toEqual({ run: 'daily-a/1', sequence: 7, hash: '0123456789abcdef' });
});

test.each([
  {},
  { ...headers, 'pinflow-run': '' },
  { ...headers, 'pinflow-sequence': 'x' },
  { ...headers, 'pinflow-sequence': '1'.repeat(16) },
  { ...headers, 'pinflow-sha256': 'ab' },
])('headers that are no mark of ours, %j, are none', (of) => {
  expect(parse(of as Record<string, string>)).toBeUndefined();
});
