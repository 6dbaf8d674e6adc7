import { createHash } from 'node:crypto';
import { PinflowError } from '../../domain/errors.ts';
import { mapKinds } from '../../domain/kinds.ts';
import { databricksRunName, streamSupervisorId } from '../../domain/names.ts';
import { streamControlPrefix, streamName, streamPutsPrefix } from '../../domain/stream-names.ts';
import type { StreamLook, StreamPlan } from '../../domain/stream.ts';
import { OWNER_PARAMETER } from '../databricks/begin-job.ts';
import { findRun, pollRun } from '../databricks/poll-run.ts';
import type { DatabricksJobs, DatabricksRun, NotebookTask, ObjectStore, Workflows } from '../ports.ts';
import { parseHealth, parseLedger } from './parse-notebook.ts';

/** Name of the step in run names and tokens, and of its one task. */
export const STREAM_STEP = 'stream';

export interface StreamRunSettings {
  readonly notebooks: string;
  readonly landingRoot: string;
  readonly tablesRoot: string;
  readonly kinesis: { readonly endpoint: string | undefined; readonly region: string };
  readonly stream: {
    readonly names: string;
    readonly triggerSeconds: number;
    readonly serviceCredential: string | undefined;
  };
}

export interface StreamContext extends StreamRunSettings {
  readonly api: DatabricksJobs;
  readonly store: ObjectStore;
  readonly workflows: Workflows;
}

/** One supervised stream. */
export interface Supervised {
  readonly plan: StreamPlan;
  /** First run of its workflow. */
  readonly chain: string;
}

export interface StreamEpoch extends Supervised {
  readonly epoch: number;
  /** Reads what there is and ends, in place of waiting for more. */
  readonly toTheEnd: boolean;
}

/** Starts the Databricks run of an epoch, or finds the one that an earlier try has started (I6). */
export async function submitStreamRun(
  of: StreamEpoch,
  context: StreamContext,
): Promise<{ runId: string; url: string }> {
  const { api } = context;
  const workflowId = streamSupervisorId(of.plan.pipeline);
  const runId = await api.submitRun({
    runName: databricksRunName(workflowId, STREAM_STEP),
    idempotencyToken: makeToken(workflowId, of),
    tasks: [await makeTask(of, context)],
  });
  return { runId, url: (await findRun(runId, api))?.url ?? '' };
}

/** Databricks takes 64 characters, which are those of a SHA-256. */
function makeToken(workflowId: string, { chain, epoch }: StreamEpoch): string {
  return createHash('sha256')
    .update(JSON.stringify([workflowId, chain, STREAM_STEP, epoch]))
    .digest('hex');
}

async function makeTask(of: StreamEpoch, context: StreamContext): Promise<NotebookTask> {
  const { plan, epoch, toTheEnd } = of;
  const { notebooks, landingRoot, tablesRoot, kinesis, stream, workflows } = context;
  const { pipeline } = plan;
  return {
    key: STREAM_STEP,
    notebook: `${notebooks}/stream`,
    parameters: {
      pipeline,
      streams: JSON.stringify(mapKinds((kind) => streamName(stream.names, { pipeline, kind }))),
      region: kinesis.region,
      endpoint: kinesis.endpoint ?? '',
      service_credential: stream.serviceCredential ?? '',
      tables_root: `${tablesRoot}/${pipeline}/stream`,
      trigger: toTheEnd ? '' : String(stream.triggerSeconds),
      control_root: locate(landingRoot, streamControlPrefix({ pipeline, chain: of.chain }, epoch)),
      puts: locate(landingRoot, streamPutsPrefix({ pipeline, chain: of.chain })),
      [OWNER_PARAMETER]: await workflows.readNamespaceId(),
    },
    dependsOn: [],
  };
}

/** URI of a folder of the bucket, as notebooks see it. */
function locate(landingRoot: string, prefix: string): string {
  return `${landingRoot}/${prefix.replace(/\/$/, '')}`;
}

export interface LookedAt extends Supervised {
  readonly run: { readonly runId: string; readonly epoch: number };
}

/** Looks for a while, and returns as soon as the run has ended. */
export async function lookAtStreamRun(
  { plan, chain, run: { runId, epoch } }: LookedAt,
  { api, store, until }: StreamContext & { readonly until: number },
): Promise<StreamLook> {
  const run = await pollRun({ runId }, api, { until });
  const key = `${streamControlPrefix({ pipeline: plan.pipeline, chain }, epoch)}progress.json`;
  const health = parseHealth((await store.readObject(key))?.toString('utf8'));
  if (run === undefined) return { state: 'ended', reason: `databricks run ${runId} does not exist any more`, health };
  if (run.state.state === 'active') return { state: 'active', health };
  if (run.state.state !== 'succeeded') return { state: 'ended', reason: await explainEnd(run, api), health };
  return { state: 'succeeded', health, ledger: parseLedger(await readResult(run, api)) };
}

async function readResult(run: DatabricksRun, api: DatabricksJobs): Promise<string> {
  const taskRunId = run.tasks[STREAM_STEP]?.runId;
  const { result } = taskRunId === undefined ? { result: undefined } : await api.readOutput(taskRunId);
  if (result === undefined) throw new PinflowError('OUTPUT_INVALID', `notebook "stream" ended without a value`);
  return result;
}

async function explainEnd(run: DatabricksRun, api: DatabricksJobs): Promise<string> {
  const reason = 'reason' in run.state ? run.state.reason : 'cancelled';
  const taskRunId = run.tasks[STREAM_STEP]?.runId;
  // A task that never ran may have no output to read.
  const error = taskRunId && (await api.readOutput(taskRunId).catch(() => undefined))?.error;
  return [`databricks run ${run.runId} at ${run.url} ended: ${reason}`, ...(error ? [error] : [])].join('; ');
}
