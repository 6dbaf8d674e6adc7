import { join } from 'node:path';
import type { Engine, StackFacts, StackPlan } from './engine.ts';
import { PROBE_LIMIT_MS } from './readiness.ts';

/** The double of Kinesis, with its streams in the state folder. */
export function kinesisEngine(plan: StackPlan): Engine {
  const { checkout, stateDirectory, ports, environment } = plan;
  const main = join(checkout, 'infra', 'local', 'kinesis', 'main.ts');
  return {
    name: 'kinesis',
    command: process.execPath,
    args: [main, '--port', String(ports.kinesis), '--data', join(stateDirectory, 'kinesis')],
    env: environment,
    cwd: checkout,
    address: `http://127.0.0.1:${ports.kinesis}`,
    dependsOn: [],
    ready: () => probeKinesis(plan),
  };
}

/** Asks for the streams, with credentials that need not be right. */
export async function probeKinesis({ ports, secrets }: Pick<StackFacts, 'ports' | 'secrets'>): Promise<void> {
  const url = `http://127.0.0.1:${ports.kinesis}/`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Kinesis_20131202.ListStreams',
      authorization: `AWS4-HMAC-SHA256 Credential=${secrets.s3AccessKeyId}, SignedHeaders=host, Signature=0`,
    },
    body: '{}',
    signal: AbortSignal.timeout(PROBE_LIMIT_MS),
  });
  const text = await answer.text();
  if (!text.includes('"StreamNames"')) throw new Error(`ListStreams of ${url} was answered with ${answer.status}`);
}
