/**
 * Who may import whom. One row a folder; what a row does not list is forbidden. `eslint.config.mjs` turns the rows into
 * lint rules for the editor, `test/architecture.test.ts` checks every import of the tree against them.
 */
export interface ImportRow {
  /** Other folders or files of ours, by path from the root. The folder itself is always allowed. */
  readonly ours: readonly string[];
  /** The same, but only with `import type`; wins over `ours`. */
  readonly typesOnly: readonly string[];
  /** Packages; `node` stands for every built-in module. */
  readonly outside: readonly string[];
  /** Files that may import more than their folder. */
  readonly exceptions: Readonly<
    Record<string, { readonly ours?: readonly string[]; readonly outside?: readonly string[] }>
  >;
}

/** Folders that only tests, benches and people look at: no rule. */
export const FREE_FOLDERS = ['test', 'bench'];

export const IMPORT_LAW: Readonly<Record<string, ImportRow>> = {
  domain: {
    ours: [],
    typesOnly: [],
    outside: [],
    exceptions: { 'domain/records.ts': { outside: ['zod'] } },
  },
  config: { ours: ['domain'], typesOnly: [], outside: ['zod', 'node'], exceptions: {} },
  workflows: {
    ours: ['domain'],
    // A schema used as a value would add 0.96 MB of zod to every workflow sandbox.
    typesOnly: ['domain/records.ts', 'activities/index.ts'],
    outside: ['@temporalio/workflow'],
    exceptions: {},
  },
  activities: {
    ours: ['domain'],
    typesOnly: [],
    outside: ['@temporalio/activity', '@temporalio/common', 'node'],
    // One vendor SDK, one file: credentials, quirks and error classes of a system stay in one place.
    exceptions: {
      'activities/databricks/adapter.ts': { outside: ['@databricks/sdk'] },
      'activities/kafka/adapter.ts': { outside: ['kafkajs'] },
      'activities/kinesis/adapter.ts': { outside: ['@aws-sdk/client-kinesis', '@smithy/node-http-handler'] },
      'activities/mwaa/adapter.ts': { outside: ['@aws-sdk/client-mwaa'] },
      'activities/mysql/adapter.ts': { outside: ['mysql2'] },
      'activities/report/adapter.ts': { outside: ['echarts'] },
      'activities/s3/adapter.ts': { outside: ['@aws-sdk/client-s3'] },
      'activities/temporal/adapter.ts': { outside: ['@temporalio/client'] },
    },
  },
  worker: {
    ours: ['domain', 'config', 'activities'],
    typesOnly: ['workflows'],
    // fastify answers the probes of whoever keeps the process running.
    outside: ['@temporalio/client', '@temporalio/worker', 'fastify', 'pino', 'node'],
    exceptions: {},
  },
  client: {
    ours: ['domain', 'config', 'workflows'],
    typesOnly: [],
    outside: ['@temporalio/client', 'commander', 'listr2', 'node'],
    exceptions: {},
  },
  dags: {
    ours: ['domain'],
    typesOnly: [],
    // Only for the hash in the header of a file.
    outside: ['node:crypto'],
    exceptions: {
      'dags/diff-lines.ts': { outside: ['diff'] },
      'dags/main.ts': { outside: ['node'] },
    },
  },
  gateway: {
    ours: ['domain', 'config'],
    typesOnly: [],
    outside: ['@aws-sdk/client-kinesis', '@fastify/swagger', 'fastify', 'kafkajs', 'pino', 'prom-client', 'node'],
    exceptions: { 'gateway/streams/ask-kinesis.ts': { outside: ['@smithy/node-http-handler'] } },
  },
  infra: {
    // Only one file knows how data becomes markup.
    ours: ['domain', 'config', 'activities/report/html.ts'],
    typesOnly: [],
    outside: ['commander', 'fastify', 'listr2', 'zod', 'node'],
    exceptions: {
      // A bucket is told to keep versions in no other way than through S3 itself.
      'infra/local/mwaa/prepare-bucket.ts': { outside: ['@aws-sdk/client-s3'] },
      'infra/local/kinesis/store.ts': { outside: ['kinesalite'] },
      // `npm test` sets up the machine like `npm start` does and then hands over to the lanes.
      'infra/local/main.ts': { ours: ['test/run-lanes.ts', 'test/lanes/lanes.ts'] },
    },
  },
};

/** The folders and packages one file may import, exceptions included. Undefined for a file without a rule. */
export function rowOfFile(path: string): ImportRow | undefined {
  const row = IMPORT_LAW[path.split('/')[0] ?? ''];
  if (row === undefined) return undefined;
  const extra = row.exceptions[path] ?? {};
  return { ...row, ours: [...row.ours, ...(extra.ours ?? [])], outside: [...row.outside, ...(extra.outside ?? [])] };
}
