import { createHash } from 'node:crypto';
import { PinflowError } from '../../domain/errors.ts';
import { databricksRunName, landingManifestKey } from '../../domain/names.ts';
import type { RunPlan } from '../../domain/run.ts';
import type { DatabricksJobs, DatabricksRun, NotebookTask, ObjectStore, Workflows } from '../ports.ts';
import { describeFailedRun, type FailedJob, readFailedJobs, recordFailedJob } from './failed-jobs.ts';
import { findRun } from './poll-run.ts';

/** Name of the step in run names and tokens. */
export const JOB_STEP = 'run-job';
/** Parameters that no notebook reads: whose run this is, and which landing manifest it was submitted for. */
export const OWNER_PARAMETER = 'pinflow_owner';
const MANIFEST_PARAMETER = 'pinflow_manifest';

export interface JobSettings {
  readonly landingRoot: string;
  readonly tablesRoot: string;
  readonly notebooks: string;
}

export interface JobContext extends JobSettings {
  readonly api: DatabricksJobs;
  readonly store: ObjectStore;
  readonly workflows: Workflows;
  /** When the activity was first scheduled: what ended before that is of an earlier run of the workflow. */
  readonly scheduledAt: number;
}

/** A Databricks run on its way to a result. */
export interface BegunJob {
  readonly runId: string;
  readonly epoch: number;
  /** How many repairs the run is known to have had; absent: none. */
  readonly repairs?: number;
}

/** Starts the Databricks run of a date, or finds the one that is there (I4, I6). */
export async function submitJob(plan: RunPlan, context: JobContext): Promise<BegunJob> {
  const past = await readPast(plan, context);
  return findBegunRepair(past) ?? submitFrom(past.epoch, plan, context);
}

/** Runs the failed tasks of the last failed run again, or finds that it was done (I6: a repair has no token). */
export async function repairJob(plan: RunPlan, context: JobContext): Promise<BegunJob> {
  const { api, store } = context;
  const past = await readPast(plan, context);
  const { run, failed, epoch } = past;
  if (failed?.runId === undefined) return submitFrom(epoch, plan, context);
  const begun = findBegunRepair(past);
  if (begun !== undefined) return begun;
  const { runId } = failed;
  if (run === undefined) throw new PinflowError('REPAIR_REFUSED', `databricks run ${runId} does not exist any more`);
  const manifest = await digestManifest(plan, store);
  // `clean` has to read objects that landed since; that it reads the others again changes nothing (I2).
  const isOutdated = Object.values(run.tasks).some(
    ({ parameters }) => (parameters[MANIFEST_PARAMETER] ?? manifest) !== manifest,
  );
  const tasks = isOutdated ? Object.keys(run.tasks) : 'failed';
  try {
    await api.repairRun({ runId, latestRepair: run.repairs.at(-1), tasks });
  } catch (error) {
    if (!(error instanceof PinflowError) || error.retryable) throw error;
    // An earlier try of ours was heard although its answer was lost, and was not visible yet when we looked.
    const repaired = findBegunRepair(await readPast(plan, context));
    if (repaired !== undefined) return repaired;
    throw new PinflowError('REPAIR_REFUSED', error.message, { cause: error });
  }
  return { runId, epoch, repairs: run.repairs.length + 1 };
}

interface Past {
  /** Of the next run or repair. */
  readonly epoch: number;
  readonly failed: FailedJob | undefined;
  /** The failed run as it is now; undefined when it does not exist any more. */
  readonly run: DatabricksRun | undefined;
}

/** The last recorded failure and what became of its run since. A repair that failed meanwhile is recorded on the way. */
async function readPast(plan: RunPlan, context: JobContext): Promise<Past> {
  const { api, store } = context;
  const { workflowId } = plan;
  for (;;) {
    const { last, next: epoch } = await readFailedJobs(workflowId, store);
    const run = last?.runId === undefined ? undefined : await findRun(last.runId, api);
    const wasRepaired = run !== undefined && last !== undefined && run.repairs.length > last.repairs;
    if (!wasRepaired || !isOfThePast(run, context)) return { epoch, failed: last, run };
    await recordFailedJob({ workflowId, epoch }, describeFailedRun(run), store);
  }
}

/** A repair whose end nobody has recorded: its answer was lost, its workflow was terminated, or a person began it. */
function findBegunRepair({ run, failed, epoch }: Past): BegunJob | undefined {
  if (run === undefined || failed === undefined || run.repairs.length <= failed.repairs) return undefined;
  return { runId: run.runId, epoch, repairs: run.repairs.length };
}

/** Submits under the token of this epoch; under the next one when that token leads to a run of the past. */
async function submitFrom(epoch: number, plan: RunPlan, context: JobContext): Promise<BegunJob> {
  const { api, store } = context;
  const { workflowId } = plan;
  const tasks = await makeTasks(plan, context);
  const submit = (of: number) =>
    api.submitRun({
      runName: databricksRunName(workflowId, JOB_STEP),
      idempotencyToken: makeToken(workflowId, of),
      tasks,
    });
  const answer = await submit(epoch).catch((error: unknown) => {
    if (isRefusal(error)) return error;
    throw error;
  });
  if (answer instanceof PinflowError) {
    // The token of a deleted run is refused for good. If the same request passes with a token that was never used, it
    // was the token.
    const runId = await submit(epoch + 1).catch((other: unknown) => {
      throw isRefusal(other) ? answer : other;
    });
    await recordFailedJob({ workflowId, epoch }, { repairs: 0, state: 'lost', reason: answer.message }, store);
    return { runId, epoch: epoch + 1 };
  }
  const run = await findRun(answer, api);
  if (run === undefined || !isOfThePast(run, context)) return { runId: answer, epoch };
  await recordFailedJob({ workflowId, epoch }, describeFailedRun(run), store);
  return { runId: await submit(epoch + 1), epoch: epoch + 1 };
}

function isOfThePast({ state, endedAt }: DatabricksRun, { scheduledAt }: JobContext): boolean {
  const isFailure = state.state !== 'active' && state.state !== 'succeeded';
  return isFailure && endedAt !== undefined && endedAt < scheduledAt;
}

function isRefusal(error: unknown): error is PinflowError {
  return error instanceof PinflowError && error.code === 'DATABRICKS_REFUSED';
}

/** Databricks takes 64 characters, which are those of a SHA-256. */
function makeToken(workflowId: string, epoch: number): string {
  return createHash('sha256')
    .update(JSON.stringify([workflowId, JOB_STEP, epoch]))
    .digest('hex');
}

async function makeTasks(plan: RunPlan, context: JobContext): Promise<NotebookTask[]> {
  const { pipeline, workflowId } = plan;
  const { landingRoot, tablesRoot, notebooks, store, workflows } = context;
  const marks = {
    [OWNER_PARAMETER]: await workflows.readNamespaceId(),
    [MANIFEST_PARAMETER]: await digestManifest(plan, store),
  };
  const tables = { tables_root: `${tablesRoot}/${pipeline}`, ...marks };
  const landed = { landing_root: landingRoot, manifest: landingManifestKey(workflowId) };
  return [
    {
      key: 'clean',
      notebook: `${notebooks}/clean`,
      parameters: { ...landed, ...tables, run_id: workflowId },
      dependsOn: [],
    },
    { key: 'queries', notebook: `${notebooks}/queries`, parameters: tables, dependsOn: ['clean'] },
  ];
}

async function digestManifest({ workflowId }: RunPlan, store: ObjectStore): Promise<string> {
  const manifest = await store.readObject(landingManifestKey(workflowId));
  return createHash('sha256')
    .update(manifest ?? '')
    .digest('hex');
}
