import { monitorEventLoopDelay } from 'node:perf_hooks';
import { BODY_LIMIT } from '../../gateway/server.ts';
import { createGateway } from './create-gateway.ts';

const BINARY = 'application/vnd.kafka.binary.v2+json';
const MARK = { 'pinflow-run': 'run', 'pinflow-sequence': '0' };

/** As much of it as a body has room for. */
function fill(part: string): string {
  return part.repeat(Math.floor((BODY_LIMIT - 100) / Buffer.byteLength(part)));
}

function recordsOf(count: number, members: string): string {
  return `{"records":[${`{${members}},`.repeat(count - 1)}{${members}}]}`;
}

/** Bodies that take longest, each for another reason. */
it.each([
  ['nothing but brackets', `{"records":[{"value":[${fill('[],')}0]}]}`, {}],
  ['one text full of escapes', `{"records":[{"value":"${fill('\\u00e9\\n')}"}]}`, {}],
  ['ten thousand records with a mark', recordsOf(10_000, `"key":1,"value":"${'x'.repeat(1_000)}"`), MARK],
  ['base64', recordsOf(10, `"value":"${'A'.repeat(1_000_000)}"`), { 'content-type': BINARY }],
  ['a byte that is no UTF-8 at its end', Buffer.from(fill('é')).subarray(0, -1), {}],
])('a body of 10 MiB does not keep the event loop for 50 ms: %s', async (_what, body, headers) => {
  const { post } = createGateway();
  const payload = Buffer.from(body);
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const longest: number[] = [];
  for (let tries = 0; tries < 4; tries++) {
    delays.enable();
    const { statusCode } = await post(payload, { headers });
    delays.disable();
    expect([200, 400]).toContain(statusCode);
    longest.push(delays.max / 1e6);
    delays.reset();
  }
  // The best of a few leaves out the compiler and what else this machine does.
  expect(Math.min(...longest)).toBeLessThan(50);
});
