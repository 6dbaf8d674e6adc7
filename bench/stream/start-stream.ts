import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDatabricksJobs } from '../../activities/databricks/adapter.ts';
import { type StreamContext, submitStreamRun } from '../../activities/stream/stream-run.ts';
import type { Config } from '../../config/schema.ts';
import type { PerKind } from '../../domain/kinds.ts';
import { DEFAULT_SEED } from '../../domain/run.ts';
import { findByCommand, findSession } from '../../infra/local/databricks/clusters/process-tree.ts';
import { type BenchStack, openStack } from '../open-stack.ts';
import { CommitFollower } from './follow-commits.ts';

export const PIPELINE = 'bench';

/** A stack of the bench's own with what a stream needs of it. */
export interface StreamStack extends Pick<BenchStack, 'config' | 'folder' | 'signal' | 'stop' | 'close'> {
  readonly python: string;
  readonly tablesRoot: string;
  /** Processes by what they are. */
  readonly listProcesses: () => Readonly<Record<string, readonly number[]>>;
}

export async function startStreamStack(): Promise<StreamStack> {
  const stack = await openStack({ engines: ['kinesis', 'databricks', 'gateway'] });
  const { config, folder, toolchain } = stack;
  const pidOf = (engine: string) =>
    stack.processes.filter(({ name }) => name === engine).map(({ record }) => record.pid);
  await awaitWarmCluster(config);
  const idle = new Set(listExecutors(folder));
  return {
    ...stack,
    python: toolchain.python,
    tablesRoot: fileURLToPath(`${config.landing.tablesRoot}/${PIPELINE}/stream`),
    listProcesses: () => {
      const ofRun = listExecutors(folder).filter((pid) => !idle.has(pid));
      return {
        'JVM of the run': ofRun.filter((pid) => readCommand(pid) === 'java'),
        'Python of the run': ofRun.filter((pid) => readCommand(pid).startsWith('python')),
        Kinesis: pidOf('kinesis'),
        gateway: pidOf('gateway'),
        'this bench': [process.pid],
      };
    },
  };
}

function listExecutors(folder: string): number[] {
  const leaders = findByCommand(`--scratch ${join(folder, 'stack/databricks/executors')}`);
  return leaders.flatMap((leader) => findSession(leader));
}

/** "" of a process that has ended meanwhile. */
function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** As it is when a stream is started on a stack that has been up for a while. */
async function awaitWarmCluster({ databricks }: Config): Promise<void> {
  for (;;) {
    const answer = await fetch(`${databricks.host}/api/2.1/clusters/get?cluster_id=local`, {
      headers: { authorization: `Bearer ${databricks.token}` },
    });
    const { state } = (await answer.json()) as { state: string };
    if (state === 'RUNNING') return;
    await sleep(200);
  }
}

/** The run that reads the streams, and what it has written so far. */
export interface Reading {
  readonly followers: PerKind<CommitFollower>;
  /** Waits while the run goes on. @throws Error where it ends instead */
  readonly until: (condition: () => boolean, signal: AbortSignal) => Promise<void>;
}

/** Submits the run as a worker does, and follows what it writes. */
export async function startReading(stack: StreamStack): Promise<Reading> {
  const { config } = stack;
  const context = {
    api: createDatabricksJobs({ ...config.databricks, cluster: config.stream.cluster })(new AbortController().signal),
    workflows: { readNamespaceId: () => Promise.resolve('bench') },
    ...{ notebooks: config.databricks.notebooks, landingRoot: config.landing.root },
    ...{ tablesRoot: config.landing.tablesRoot, kinesis: config.kinesis, stream: config.stream },
  } as unknown as StreamContext;
  const plan = {
    ...{ pipeline: PIPELINE, rate: 1, rows: undefined, seed: DEFAULT_SEED },
    ...{ source: { kind: 'synthetic' } as const, order: 'sweep' as const },
  };
  const { runId } = await submitStreamRun({ plan, chain: 'bench', epoch: 1, toTheEnd: false }, context);
  const follow = (kind: string) =>
    CommitFollower.follow(join(stack.tablesRoot, kind), join(stack.tablesRoot, '_checkpoints', kind, 'v1'));
  const [pin, geo, user] = await Promise.all([follow('pin'), follow('geo'), follow('user')]);
  return {
    followers: { pin, geo, user },
    async until(condition, signal) {
      while (!condition()) {
        const { state } = await context.api.readRun(runId);
        if (state.state !== 'active') throw new Error(`the run of the stream has ended: ${JSON.stringify(state)}`);
        await sleep(100, undefined, { signal });
      }
    },
  };
}
