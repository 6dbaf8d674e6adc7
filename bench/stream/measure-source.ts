import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Kinesis } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { chooseFreePort } from '../../infra/local/stack/choose-ports.ts';
import { readCpuSeconds } from '../orchestration/read-cpu-seconds.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
const CREDENTIALS = { accessKeyId: 'id', secretAccessKey: 'secret' };
const RECORD_BYTES = 622;
const PER_CALL = 500;

export interface SourceMeasurement {
  readonly recordsPerSecond: number;
  readonly cpuSeconds: number;
  /** Of kinesalite meanwhile. */
  readonly serverCpuSeconds: number;
}

/** kinesalite as it comes, without the limits that the double puts in front of it: a shard of AWS gives 2 MB/s. */
export async function measureSource(shards: number, records: number, python: string): Promise<SourceMeasurement> {
  const port = await chooseFreePort();
  const cli = join(CHECKOUT, 'node_modules/kinesalite/cli.js');
  const server = spawn(process.execPath, [cli, '--port', String(port), '--createStreamMs', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    // It says that it listens.
    await once(server.stdout, 'data');
    await fill({ endpoint, shards, records });
    const spark = join(CHECKOUT, 'infra/local/kinesis/spark_source');
    const env = { ...process.env, PYTHONPATH: spark, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
    const before = readCpuSeconds([server.pid ?? 0]);
    const args = [join(import.meta.dirname, 'read_source.py'), endpoint, 'bench', String(records)];
    const { stdout } = await promisify(execFile)(python, args, { env });
    const { seconds, cpuSeconds } = JSON.parse(stdout) as { seconds: number; cpuSeconds: number };
    const serverCpuSeconds = readCpuSeconds([server.pid ?? 0]) - before;
    return { recordsPerSecond: records / seconds, cpuSeconds, serverCpuSeconds };
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}

async function fill({ endpoint, shards, records }: { endpoint: string; shards: number; records: number }) {
  const requestHandler = new NodeHttpHandler();
  const kinesis = new Kinesis({ endpoint, region: 'us-east-1', credentials: CREDENTIALS, requestHandler });
  await kinesis.createStream({ StreamName: 'bench', ShardCount: shards });
  for (let status = ''; status !== 'ACTIVE'; await sleep(50)) {
    const answer = await kinesis.describeStreamSummary({ StreamName: 'bench' });
    status = answer.StreamDescriptionSummary?.StreamStatus ?? '';
  }
  const Data = Buffer.alloc(RECORD_BYTES, 'x');
  for (let sent = 0; sent < records; sent += PER_CALL) {
    const Records = Array.from({ length: PER_CALL }, (_, i) => ({ Data, PartitionKey: String(sent + i) }));
    await kinesis.putRecords({ StreamName: 'bench', Records });
  }
  kinesis.destroy();
}
