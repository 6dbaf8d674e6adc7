import { isLoopback } from '../../domain/loopback.ts';

test.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['10.0.0.7', false],
  ['::', false],
  ['127.example.com', false],
  ['localhost.example.com', false],
])('%s: %j', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});
