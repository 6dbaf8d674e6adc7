import { createHash } from 'node:crypto';
import { sleep } from '@temporalio/activity';
import { PinflowError } from '../../domain/errors.ts';
import { databricksRunName, jobOutputKey, landingManifestKey, runPrefix } from '../../domain/names.ts';
import type { RunPlan } from '../../domain/run.ts';
import type { DatabricksJobs, DatabricksRun, NotebookTask, ObjectStore } from '../ports.ts';
import { runWithHeartbeat } from '../heartbeat.ts';
import { parseCleaning } from './parse-cleaning.ts';

/** Name of the step in run names and tokens. */
const STEP = 'run-job';

/** One attempt waits this long and then makes way, so that a deploy never loses more than one poll. */
const WAIT_MS = 90_000;
/** Quick at first, for small jobs on a warm cluster, then rarely: a call costs a request quota that others share. */
const POLL_MS = { first: 500, factor: 1.5, longest: 15_000 };
/** Databricks stops a run within seconds; the activity is tried again after this. */
const CANCEL_WAIT_MS = 45_000;

export interface JobDependencies {
  readonly databricks: DatabricksJobs;
  readonly store: ObjectStore;
  readonly landingRoot: string;
  readonly tablesRoot: string;
  readonly notebooks: string;
}

/** A run of Databricks that belongs to a plan, and the epoch of its token. */
export interface SubmittedJob {
  readonly plan: RunPlan;
  readonly runId: number;
  readonly epoch: number;
}

export function createJobActivities(dependencies: JobDependencies) {
  const { databricks, store } = dependencies;
  return {
    /**
     * Starts the run's Databricks job, or finds the one that is there (I4, I6). The token's epoch rises only with a
     * recorded failure: Databricks answers a known token with its old run, even a failed one.
     */
    async submitJob(plan: RunPlan): Promise<{ runId: number; epoch: number }> {
      const failures = await store.listKeys(failurePrefix(plan.workflowId));
      const epoch = failures.length + 1;
      const token = JSON.stringify([plan.workflowId, STEP, epoch]);
      const { runId } = await databricks.submitRun({
        runName: databricksRunName(plan.workflowId, STEP),
        idempotencyToken: createHash('sha256').update(token).digest('hex'),
        tasks: jobTasks(plan, dependencies),
      });
      return { runId, epoch };
    },

    /** Waits for the end of the run. Not ended yet is a retryable error, so that waiting costs no history. */
    async awaitJob(job: SubmittedJob): Promise<{ url: string; tasks: Readonly<Record<string, number>> }> {
      return runWithHeartbeat(`databricks run ${job.runId}`, async (report) => {
        const run = await pollRun(job.runId, databricks, { until: Date.now() + WAIT_MS, report });
        if (run.state.state === 'active') {
          throw new PinflowError('RUN_UNFINISHED', `databricks run ${job.runId} is ${run.state.lifeCycle}`);
        }
        if (run.state.state !== 'succeeded') throw await rejectRun(job, run, dependencies);
        return { url: run.url, tasks: run.tasks };
      });
    },

    /** Keeps the notebooks' exit values as objects and returns the small one: what became of the records (I11). */
    async collectOutput({ plan, tasks }: { readonly plan: RunPlan; readonly tasks: Readonly<Record<string, number>> }) {
      const keep = (task: string) => keepOutput({ plan, task, taskRunId: tasks[task] }, dependencies);
      const [clean] = await Promise.all([keep('clean'), keep('queries')]);
      return parseCleaning(clean);
    },

    /** Ends a run and waits until it is gone (I5). */
    async cancelJob(job: SubmittedJob): Promise<void> {
      await databricks.cancelRun(job.runId);
      const run = await pollRun(job.runId, databricks, { until: Date.now() + CANCEL_WAIT_MS });
      if (run.state.state === 'active') {
        const state = run.state.lifeCycle;
        throw new PinflowError('RUN_NOT_CANCELLED', `databricks run ${job.runId} is still ${state}: ${run.url}`);
      }
      if (run.state.state !== 'succeeded') await recordFailure(job, run, store);
    },
  };
}

function jobTasks(
  { pipeline, workflowId }: RunPlan,
  { landingRoot, tablesRoot, notebooks }: JobDependencies,
): NotebookTask[] {
  const tables = { tables_root: `${tablesRoot}/${pipeline}` };
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

/** Records the failure and returns the error that tells of it, with what the notebooks said. */
async function rejectRun(job: SubmittedJob, run: DatabricksRun, dependencies: JobDependencies): Promise<PinflowError> {
  const { databricks, store } = dependencies;
  const outputs = await Promise.all(
    Object.entries(run.tasks).map(async ([task, id]) => ({ task, ...(await databricks.readOutput(id)) })),
  );
  await recordFailure(job, run, store);
  const errors = outputs
    .filter(({ error }) => error !== undefined)
    .map(({ task, error }) => `task "${task}": ${error}`);
  const reason = 'reason' in run.state ? run.state.reason : run.state.state;
  const message = [`databricks run ${run.runId} at ${run.url} ended: ${reason}`, ...errors].join('; ');
  return new PinflowError(run.state.state === 'lost' ? 'RUN_LOST' : 'RUN_FAILED', message);
}

/** The record that lets the next start of this date begin a new run instead of finding this one. */
async function recordFailure({ plan, epoch }: SubmittedJob, run: DatabricksRun, store: ObjectStore): Promise<void> {
  const key = `${failurePrefix(plan.workflowId)}${String(epoch).padStart(4, '0')}.json`;
  const body = JSON.stringify({ runId: run.runId, url: run.url, ...run.state });
  await store.createObject({ key, body, contentType: 'application/json' });
}

interface TaskOutput {
  readonly plan: RunPlan;
  readonly task: string;
  readonly taskRunId: number | undefined;
}

async function keepOutput(
  { plan, task, taskRunId }: TaskOutput,
  { databricks, store }: JobDependencies,
): Promise<string> {
  if (taskRunId === undefined) throw new PinflowError('OUTPUT_INVALID', `databricks run has no task "${task}"`);
  const { result } = await databricks.readOutput(taskRunId);
  if (result === undefined) throw new PinflowError('OUTPUT_INVALID', `notebook "${task}" ended without a value`);
  const key = jobOutputKey(plan.workflowId, task);
  await store.replaceObject({ key, body: result, contentType: 'application/json' });
  return result;
}

function failurePrefix(workflowId: string): string {
  return `${runPrefix(workflowId)}job/failed/`;
}

interface PollOptions {
  readonly until: number;
  readonly report?: (progress: { label: string; done: number; total: number }) => void;
}

async function pollRun(
  runId: number,
  databricks: DatabricksJobs,
  { until, report }: PollOptions,
): Promise<DatabricksRun> {
  for (let pause = POLL_MS.first; ; pause = Math.min(pause * POLL_MS.factor, POLL_MS.longest)) {
    const run = await databricks.readRun(runId);
    if (run.state.state !== 'active' || Date.now() + pause > until) return run;
    report?.({ label: `databricks run ${runId} ${run.state.lifeCycle.toLowerCase()}`, done: 0, total: 1 });
    await sleep(pause);
  }
}
