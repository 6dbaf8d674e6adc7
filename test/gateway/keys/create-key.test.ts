import { createHash } from 'node:crypto';
import { API_KEY } from '../../../domain/api-key.ts';
import { createKey } from '../../../gateway/keys/create-key.ts';

it('makes another key each time, whose entry holds its hash and not itself', () => {
  const args = ['etl', '--topics', 'pinterest.*, other.pin', '--requests-per-second', '50'];
  const [first, second] = [createKey(args), createKey(args)];
  expect(first.key).toMatch(API_KEY);
  expect(first.key).not.toBe(second.key);
  expect(first.entry).toEqual({
    id: 'etl',
    sha256: createHash('sha256').update(first.key).digest('hex'),
    topics: ['pinterest.*', 'other.pin'],
    streams: [],
    requestsPerSecond: 50,
  });
  expect(JSON.stringify(first.entry)).not.toContain(first.key.split('.')[1]);
});

it.each([
  [[], /^one id is needed; usage: npm run gateway:key -- <id>/],
  [['a', 'b'], /^one id is needed; /],
  [['a', '--topic', 'x'], /^Unknown option '--topic'.*; usage/],
  [['A b'], /^id: expected a lower-case letter or a digit, .*; usage/],
  [['a', '--topics', 'x,', '--bytes-per-second', '0'], /^topics\.1: expected a name .*; bytesPerSecond: Too small/],
  [['a', '--bytes-per-second', 'much'], /^bytesPerSecond: Invalid input: expected number, received NaN/],
])('%j is refused with everything that is wrong', (args, message) => {
  expect(() => createKey(args)).toThrow(message);
});
