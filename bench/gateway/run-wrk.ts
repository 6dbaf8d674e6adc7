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
}

/** What wrk has counted. */
export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 2xx or 3xx, and connections that failed. */
  readonly failures: number;
}

/** Posts the same body over and over, each connection as soon as it is answered. One thread: the servers need a core. */
export async function runWrk(input: {
  readonly url: string;
  readonly load: Load;
  readonly seconds: number;
  readonly folder: string;
}): Promise<LoadResult> {
  const { url, load, seconds, folder } = input;
  const script = join(folder, 'post.lua');
  writeFileSync(script, postScript(load.records));
  const args = ['-t1', `-c${load.connections}`, `-d${seconds}s`, '-s', script, url];
  const { stdout } = await run('wrk', args);
  const [requests, microseconds, p50, p99, failures] = (stdout.trimEnd().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number);
  if (requests === undefined || !(failures !== undefined && failures >= 0)) throw new Error(`wrk said: ${stdout}`);
  return {
    requests,
    requestsPerSecond: requests / ((microseconds ?? NaN) / 1e6),
    p50Ms: (p50 ?? NaN) / 1_000,
    p99Ms: (p99 ?? NaN) / 1_000,
    failures,
  };
}

function postScript(records: number): string {
  const body = `{"records":[${Array.from({ length: records }, (_, i) => `{"value":${makeRecord(i).toString()}}`).join(',')}]}`;
  return `wrk.method = "POST"
wrk.headers["Content-Type"] = "application/vnd.kafka.json.v2+json"
wrk.body = [==[${body}]==]
done = function(summary, latency)
  local e = summary.errors
  print(string.format("%d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;
}
