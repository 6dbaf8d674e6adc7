import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { S3ObjectStore } from '../../activities/s3/adapter.ts';
import { connectClient } from '../../client/connect.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { startWorker, type WorkerProcess } from './processes.ts';

/** The stack that the lane runner has brought up, as the configuration sees it. */
export interface RunningStack {
  readonly config: Config;
  readonly client: Client;
  readonly store: S3ObjectStore;
  close(): Promise<void>;
}

export async function connectStack(): Promise<RunningStack> {
  const config = loadConfig();
  const client = await connectClient(config.temporal);
  const store = new S3ObjectStore(config.s3);
  return {
    config,
    client,
    store,
    close: async () => {
      store.close();
      await client.connection.close();
    },
  };
}

/** The stack, with a worker, for the tests of one file. */
export function useStackWithWorker(): () => RunningStack {
  let stack: RunningStack;
  let worker: WorkerProcess;
  beforeAll(async () => {
    [stack, worker] = await Promise.all([connectStack(), startWorker()]);
  });
  afterAll(async () => {
    await worker.stop();
    await stack.close();
  });
  return () => stack;
}

/** Looks until the condition holds; fails with its name when it does not in time. */
export async function waitUntil(what: string, holds: () => Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain until ${what}`);
    await sleep(50);
  }
}

/** The landed objects of a pipeline: key without the pipeline's name → hash of the body. */
export async function readLandedHashes({ store }: RunningStack, pipeline: string): Promise<Map<string, string>> {
  const keys = await store.listKeys(`topics/${pipeline}.`);
  const entries = await Promise.all(
    keys.map(async (key): Promise<[string, string]> => {
      const metadata = await store.readMetadata(key);
      return [key.replaceAll(`${pipeline}.`, ''), String(metadata?.['sha256'])];
    }),
  );
  return new Map(entries);
}

/** Every run of the workspace with this name, as the Jobs API lists them. */
export async function listDatabricksRuns({ config }: RunningStack, runName: string): Promise<ListedRun[]> {
  const found: ListedRun[] = [];
  const headers = { authorization: `Bearer ${config.databricks.token}` };
  for (let token: string | undefined = ''; token !== undefined;) {
    const url = `${config.databricks.host}/api/2.2/jobs/runs/list?limit=25&page_token=${token}`;
    const page = (await (await fetch(url, { headers })).json()) as { runs?: ListedRun[]; next_page_token?: string };
    found.push(...(page.runs ?? []).filter((run) => run.run_name === runName));
    token = page.next_page_token;
  }
  return found;
}

export interface ListedRun {
  readonly run_name: string;
  readonly run_id: number;
  readonly state: { readonly life_cycle_state: string; readonly result_state?: string };
  readonly start_time: number;
  readonly end_time: number;
}
