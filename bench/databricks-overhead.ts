import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../config/load.ts';
import { createApplication } from '../infra/local/databricks/application.ts';
import { clusterRoutes } from '../infra/local/databricks/clusters/cluster-routes.ts';
import { Clusters } from '../infra/local/databricks/clusters/clusters.ts';
import type { Compute, WorkCall } from '../infra/local/databricks/clusters/compute.ts';
import { prepareToolchain } from '../infra/local/setup/toolchain.ts';

/**
 * What the local Databricks server costs: one notebook of ten lines, submitted over HTTP and given to the same warm Spark
 * process directly, in turns. Two figures each, both from the call on: until its first line runs, and until its end is known.
 *
 * node bench/databricks-overhead.ts [rounds]
 */

const NOTEBOOK = `# Databricks notebook source
import time
started = time.time()
dbutils.widgets.text("rows", "10")
rows = int(dbutils.widgets.get("rows"))
frame = spark.range(rows).selectExpr("id", "id % 3 as kind")
counts = frame.groupBy("kind").count().collect()
total = sum(row["count"] for row in counts)
assert total == rows
print(total)
dbutils.notebook.exit(str(started))
`;

const rounds = Number(process.argv[2] ?? 30);
const folder = mkdtempSync(join(tmpdir(), 'pinflow-bench-'));
const notebooks = join(folder, 'notebooks');
mkdirSync(notebooks);
writeFileSync(join(notebooks, 'ten.py'), NOTEBOOK);

const { python, deltaJars } = await prepareToolchain({ cache: cacheDirectory(), report: () => {} });
const mounts = [{ path: '/Shared/pinflow', folder: notebooks }];
const folders = { workspace: join(folder, 'workspace'), dbfs: join(folder, 'dbfs'), volumes: join(folder, 'volumes') };
const clusters = new Clusters({
  ...{ python, deltaJars, classArchive: undefined, state: folder, spares: 0 },
  executorPackage: join(import.meta.dirname, '../infra/local/databricks/executor'),
  modules: [],
  storage: { ...folders, mounts },
});
const application = createApplication({
  ...{ state: folder, token: 'token', address: 'http://bench', mounts, ...folders, compute: clusters },
  clusterRoutes: clusterRoutes(clusters.local),
});
const address = await application.server.listen({ host: '127.0.0.1', port: 0 });

interface Times {
  /** Milliseconds until the first line runs, and until the end is known. */
  readonly start: number;
  readonly end: number;
}

async function call(path: string, body?: object): Promise<Record<string, never>> {
  const init = body && { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(`${address}/api/2.2/jobs/runs/${path}`, {
    ...init,
    headers: { authorization: 'Bearer token' },
  });
  return (await answer.json()) as Record<string, never>;
}

async function submit(): Promise<Times> {
  const began = Date.now();
  const task = {
    task_key: 'ten',
    existing_cluster_id: 'local',
    notebook_task: { notebook_path: '/Shared/pinflow/ten' },
  };
  const { run_id: runId } = await call('submit', { run_name: 'bench', tasks: [task] });
  for (;;) {
    const run = (await call(`get?run_id=${runId}`)) as unknown as { end_time: number; tasks: { run_id: number }[] };
    if (run.end_time > 0) {
      const end = Date.now() - began;
      const output = await call(`get-output?run_id=${run.tasks[0]?.run_id}`);
      const { result } = output['notebook_output'] as unknown as { result: string };
      return { start: Number(result) * 1000 - began, end };
    }
    await new Promise((wake) => setTimeout(wake, 5));
  }
}

async function execute(index: number): Promise<Times> {
  const output = join(folder, `direct-${index}`);
  mkdirSync(output);
  const work: WorkCall = {
    cluster: { kind: 'existing', clusterId: 'local' },
    work: { kind: 'notebook', file: join(notebooks, 'ten.py'), parameters: {} },
    ...{ libraries: [], output, taskValues: {}, secrets: {} },
  };
  const began = Date.now();
  const options: Parameters<Compute['run']>[1] = { signal: new AbortController().signal, onStart: () => {} };
  const end = await clusters.local.run(work, options);
  if (end.kind !== 'exited') throw new Error(JSON.stringify(end));
  return { start: Number(end.result) * 1000 - began, end: Date.now() - began };
}

function describe(name: string, values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(1).padStart(7);
  return `${name.padEnd(34)} ${at(0)} ${at(0.5)} ${at(0.9)} ${at(1)}`;
}

// The process is warm when the same notebook has run often enough for its time to stop falling.
for (let index = 0; index < 15; index++) await execute(-1 - index);
const [submitted, direct]: [Times[], Times[]] = [[], []];
for (let index = 0; index < rounds; index++) {
  // In turns, so that whatever else the machine does meets both.
  submitted.push(await submit());
  direct.push(await execute(index));
}
const extra = (key: keyof Times) => submitted.map((times, index) => times[key] - (direct[index]?.[key] ?? 0));
console.log(`ms, ${rounds} rounds                        min  median     p90     max`);
console.log(
  describe(
    'submitted, until the first line',
    submitted.map(({ start }) => start),
  ),
);
console.log(
  describe(
    'direct, until the first line',
    direct.map(({ start }) => start),
  ),
);
console.log(describe('the difference of each pair', extra('start')));
console.log(
  describe(
    'submitted, until the end is known',
    submitted.map(({ end }) => end),
  ),
);
console.log(
  describe(
    'direct, until the end is known',
    direct.map(({ end }) => end),
  ),
);
console.log(describe('the difference of each pair', extra('end')));
console.log(`load ${loadavg()[0]?.toFixed(1)}`);
await application.close();
await clusters.stop();
rmSync(folder, { recursive: true });
