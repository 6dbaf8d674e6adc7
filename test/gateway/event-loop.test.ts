import { BODY_LIMIT } from '../../gateway/http-limits.ts';
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

/** Measures the turns of the event loop in CPU time, which other processes take none of. */
function watchTurns(): { readonly stop: () => number } {
  let [longestMs, before, next] = [0, process.cpuUsage(), setImmediate(turn)];
  function turn(): void {
    const { user, system } = process.cpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1_000);
    before = process.cpuUsage();
    next = setImmediate(turn);
  }
  return {
    stop() {
      clearImmediate(next);
      return longestMs;
    },
  };
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
  const longest: number[] = [];
  for (let tries = 0; tries < 4; tries++) {
    const turns = watchTurns();
    const { statusCode } = await post(payload, { headers });
    longest.push(turns.stop());
    expect([200, 400]).toContain(statusCode);
  }
  // The best of a few leaves out the compiler and the collection of what other tests have left.
  expect(Math.min(...longest)).toBeLessThan(50);
});
