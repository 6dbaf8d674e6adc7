import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeRecord } from '../landing/fill-topic.ts';

const run = promisify(execFile);

export interface Load {
  readonly connections: number;
  /** Of one request. */
  readonly records: number;
  /** Between an answer and the next request of a connection; default: none. */
  readonly pauseMs?: number;
}

/** What wrk has counted. */
export interface LoadResult {
  /** Requests that were answered with success. */
  readonly answered: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers of another status. */
  readonly refused: number;
  /** Requests that got no answer. */
  readonly broken: number;
}

/** Posts the same body over and over, each connection as soon as it is answered. One thread: the servers need a core. */
export async function runWrk(input: {
  readonly url: string;
  readonly load: Load;
  readonly seconds: number;
  readonly folder: string;
  readonly signal: AbortSignal;
}): Promise<LoadResult> {
  const { url, load, seconds, folder, signal } = input;
  const script = join(folder, `post-${load.connections}-${load.records}.lua`);
  writeFileSync(script, writeScript(load));
  const args = ['-t1', `-c${load.connections}`, `-d${seconds}s`, '--timeout', '30s', '-s', script, url];
  const { stdout } = await run('wrk', args, { signal });
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  const [requests = NaN, microseconds = NaN, p50 = NaN, p99 = NaN, refused = NaN, broken = NaN] = line
    .split(' ')
    .map(Number);
  if (Number.isNaN(broken)) throw new Error(`wrk said: ${stdout}`);
  const answered = requests - refused;
  return {
    answered,
    perSecond: answered / (microseconds / 1e6),
    p50Ms: p50 / 1_000,
    p99Ms: p99 / 1_000,
    refused,
    broken,
  };
}

function writeScript({ records, pauseMs }: Load): string {
  const values = Array.from({ length: records }, (_, i) => `{"value":${makeRecord(i).toString()}}`);
  return `wrk.method = "POST"
wrk.headers["Content-Type"] = "application/vnd.kafka.json.v2+json"
wrk.body = [==[{"records":[${values.join(',')}]}]==]
${pauseMs === undefined ? '' : `delay = function() return ${pauseMs} end`}
done = function(summary, latency)
  local e = summary.errors
  print(string.format("%d %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
`;
}
