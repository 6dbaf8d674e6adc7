import { formatUptime } from '../../../../../infra/local/stack/commands/status.ts';

test.each([
  [0, '0s'],
  [59_999, '59s'],
  [60_000, '1m 0s'],
  [3_599_000, '59m 59s'],
  [7_800_000, '2h 10m'],
])('an uptime of %d ms reads %s', (ms, text) => {
  expect(formatUptime(ms)).toBe(text);
});
