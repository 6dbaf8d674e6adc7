import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeClassArchive } from './clusters/class-archive.ts';
import { Clusters, endLeftovers } from './clusters/clusters.ts';
import { Scheduler } from './jobs/scheduler.ts';
import { createServer } from './server.ts';
import { Store } from './jobs/store.ts';

/** The local Databricks Jobs server: `node infra/local/databricks/main.ts --port N --state DIR …` */

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    host: { ...text, default: '127.0.0.1' },
    port: text,
    state: text,
    python: text,
    'delta-jars': text,
    notebooks: text,
    token: text,
    'class-archive': text,
  },
});

function required(name: 'port' | 'state' | 'python' | 'delta-jars' | 'notebooks' | 'token'): string {
  const value = values[name];
  if (value === undefined || value === '') throw new Error(`option --${name} is missing`);
  return value;
}

const state = resolve(required('state'));
mkdirSync(state, { recursive: true });
const store = new Store(join(state, 'runs.sqlite'));
await endLeftovers(state);
const archive = values['class-archive'];
const executor = {
  python: required('python'),
  executorPackage: join(import.meta.dirname, 'executor'),
  deltaJars: resolve(required('delta-jars')),
  classArchive: archive === undefined ? undefined : resolve(archive),
  state,
};
const clusters = new Clusters(executor);
const endArchive = writeClassArchive(executor);
const scheduler = new Scheduler({
  store,
  compute: clusters,
  notebooks: resolve(required('notebooks')),
  outputs: join(state, 'outputs'),
});
const address = `http://${values.host}:${required('port')}`;
const server = createServer({ store, scheduler, cluster: clusters.local, token: required('token'), address });

async function stop(): Promise<void> {
  scheduler.close();
  await Promise.all([server.close(), clusters.stop(), endArchive()]);
  store.close();
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());

await server.listen({ host: values.host, port: Number(required('port')) });
console.log(`databricks jobs api on ${address}`);
