import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabricksJobs } from '../../activities/databricks/adapter.ts';
import type { RunningStack } from './running-stack.ts';

const NOTEBOOK = '/Shared/test-read-tables';

const SOURCE = `# Databricks notebook source
import json

dbutils.widgets.text("queries", "")
frames = {name: spark.sql(query) for name, query in json.loads(dbutils.widgets.get("queries")).items()}

# COMMAND ----------

dbutils.notebook.exit(json.dumps({
    name: {"types": dict(frame.dtypes), "rows": [json.loads(row) for row in frame.toJSON().collect()]}
    for name, frame in frames.items()
}))
`;

/** What a query answered. A NULL is no member of its row; binary values are base64. */
export interface TableRows {
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** The Delta table at a path below the pipeline's tables, as SQL names it. */
export function tableOf({ config }: RunningStack, pipeline: string, table: string): string {
  return `delta.\`${config.landing.tablesRoot}/${pipeline}/${table}\``;
}

/** Runs queries where the notebooks run, as a reader of the tables would. */
export async function queryTables<Name extends string>(
  stack: RunningStack,
  queries: Readonly<Record<Name, string>>,
): Promise<Record<Name, TableRows>> {
  const { databricks } = stack.config;
  const content = Buffer.from(SOURCE).toString('base64');
  const imported = await fetch(`${databricks.host}/api/2.0/workspace/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${databricks.token}` },
    body: JSON.stringify({ path: NOTEBOOK, format: 'SOURCE', language: 'PYTHON', overwrite: true, content }),
  });
  if (!imported.ok) throw new Error(`importing "${NOTEBOOK}": ${imported.status} ${await imported.text()}`);

  return (await runNotebook(stack, NOTEBOOK, { queries: JSON.stringify(queries) })) as Record<Name, TableRows>;
}

/** Runs a notebook as a task of its own and gives the JSON that it ends with. */
export async function runNotebook(
  { config: { databricks } }: RunningStack,
  notebook: string,
  parameters: Readonly<Record<string, string>>,
): Promise<unknown> {
  const jobs = createDatabricksJobs(databricks)(AbortSignal.timeout(180_000));
  const tasks = [{ key: 'read', notebook, parameters, dependsOn: [] }];
  const runId = await jobs.submitRun({ runName: 'test-read-tables', idempotencyToken: crypto.randomUUID(), tasks });
  let run = await jobs.readRun(runId);
  for (; run.state.state === 'active'; run = await jobs.readRun(runId)) await sleep(200);
  const { result, error } = await jobs.readOutput(String(run.tasks['read']?.runId));
  if (result === undefined) throw new Error(`${notebook}: ${error}`);
  return JSON.parse(result);
}
