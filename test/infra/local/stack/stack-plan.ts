import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackPlan } from '../../../../infra/local/stack/engine.ts';
import { makeFolder } from './temporary-folder.ts';

/** A plan of a stack in a folder of its own. Its java and temporal are scripts that write down how they were called. */
export function makeStackPlan(script = ''): StackPlan {
  const root = makeFolder();
  const [stateDirectory, cacheDirectory] = [join(root, 'state'), join(root, 'cache')];
  const program = (name: string) => {
    const path = join(root, name);
    writeFileSync(path, `#!/bin/sh\necho "$@" >> "${root}/calls"\n${script}\n`, { mode: 0o755 });
    return path;
  };
  const [kafkaJars, deltaJars] = [join(root, 'kafka-jars'), join(root, 'delta-jars')];
  for (const folder of [stateDirectory, cacheDirectory, kafkaJars, deltaJars]) mkdirSync(folder);
  return {
    stateDirectory,
    cacheDirectory,
    checkout: '/checkout',
    environment: { PATH: process.env['PATH'], HOME: '/home/me' },
    ports: {
      ...{ temporal: 1, temporalHttp: 2, temporalUi: 3, s3: 4, kafka: 5, kafkaController: 6 },
      ...{ databricks: 7, gateway: 8, gatewayMetrics: 10, kinesis: 9 },
    },
    secrets: { s3AccessKeyId: 'the-key', s3SecretAccessKey: 'the-secret', databricksToken: 'the-token' },
    toolchain: {
      java: program('java'),
      temporal: program('temporal'),
      python: program('python'),
      kafkaJars,
      deltaJars,
      versitygw: '/tools/versitygw',
      temporalTestServer: '/tools/temporal-test-server',
      airflow: {},
    },
  };
}

/** Runs a test against a server that answers every request as told. */
export async function withHttpServer(
  answer: (request: IncomingMessage) => {
    readonly status: number;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  },
  run: (port: number) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    const { status, body = '', headers } = answer(request);
    response.writeHead(status, { connection: 'close', ...headers }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  try {
    await run(typeof address === 'object' && address !== null ? address.port : 0);
  } finally {
    server.close();
  }
}
