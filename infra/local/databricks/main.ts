import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createApplication } from './application.ts';
import { writeClassArchive } from './clusters/class-archive.ts';
import { clusterRoutes } from './clusters/cluster-routes.ts';
import { Clusters, endLeftovers } from './clusters/clusters.ts';
import { startFaultServer } from './faults/fault-server.ts';

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
    modules: { ...text, multiple: true, default: [] },
    'class-archive': text,
    spares: { ...text, default: '1' },
    'fault-port': text,
  },
});

function required(name: 'port' | 'state' | 'python' | 'delta-jars' | 'notebooks' | 'token'): string {
  const value = values[name];
  if (value === undefined || value === '') throw new Error(`option --${name} is missing`);
  return value;
}

const state = resolve(required('state'));
mkdirSync(state, { recursive: true });
await endLeftovers(state);
const archive = values['class-archive'];
const notebooks = resolve(required('notebooks'));
const address = `http://${values.host}:${required('port')}`;
const mounts = [{ path: '/Shared/pinflow', folder: notebooks }];
const folders = { workspace: join(state, 'workspace'), dbfs: join(state, 'dbfs'), volumes: join(state, 'volumes') };
const executor = {
  python: required('python'),
  executorPackage: join(import.meta.dirname, 'executor'),
  deltaJars: resolve(required('delta-jars')),
  classArchive: archive === undefined ? undefined : resolve(archive),
  modules: values.modules.map((folder) => resolve(folder)),
  state,
};
const clusters = new Clusters({ ...executor, storage: { ...folders, mounts }, spares: Number(values.spares) });
const endArchive = writeClassArchive(executor);
const faultPort = values['fault-port'];
const faults = faultPort === undefined ? undefined : await startFaultServer(Number(faultPort));
const application = createApplication({
  ...{ state, address, mounts, ...folders, token: required('token'), compute: clusters },
  clusterRoutes: clusterRoutes(clusters.local, () => clusters.listOfRuns()),
  faults: faults?.plugin,
});

async function stop(): Promise<void> {
  await Promise.all([application.close(), clusters.stop(), endArchive(), faults?.close()]);
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());

await application.server.listen({ host: values.host, port: Number(required('port')) });
console.log(`databricks jobs api on ${address}`);
