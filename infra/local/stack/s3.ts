import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, StackFacts, StackPlan } from './engine.ts';
import { expectStatus } from './readiness.ts';
import { BUCKET } from './stack-variables.ts';

/** versitygw over plain files: an object is the file `s3/<bucket>/<key>` of the state folder. */
export function s3Engine(plan: StackPlan): Engine {
  const { toolchain, stateDirectory, ports, secrets, environment } = plan;
  const root = join(stateDirectory, 's3');
  const versions = join(stateDirectory, 's3-versions');
  return {
    name: 's3',
    command: toolchain.versitygw,
    args: [
      ...['--port', `127.0.0.1:${ports.s3}`, '--quiet', 'posix'],
      // For the buckets that ask for versions; the objects of all others are plain files and nothing else.
      ...['--versioning-dir', versions, root],
    ],
    // Not as arguments, which every user of the machine may read.
    env: {
      ...environment,
      ROOT_ACCESS_KEY_ID: secrets.s3AccessKeyId,
      ROOT_SECRET_ACCESS_KEY: secrets.s3SecretAccessKey,
    },
    cwd: stateDirectory,
    address: `http://127.0.0.1:${ports.s3}`,
    dependsOn: [],
    prepare: async () => {
      await mkdir(join(root, BUCKET), { recursive: true });
      await mkdir(versions, { recursive: true });
    },
    ready: () => probeS3(plan),
  };
}

/** Nobody may list the bucket without a signature, and only a server that is ready says so in S3's own words. */
export async function probeS3({ ports }: Pick<StackFacts, 'ports'>): Promise<void> {
  const url = `http://127.0.0.1:${ports.s3}/${BUCKET}`;
  const answer = await (await expectStatus(url, [403])).text();
  if (!answer.includes('<Code>AccessDenied</Code>')) throw new Error(`GET ${url} was not answered by an S3 server`);
}
