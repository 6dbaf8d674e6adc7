import { Context } from '@temporalio/activity';
import { PinflowError } from '../../domain/errors.ts';
import type { PerKind } from '../../domain/kinds.ts';
import { type Cleaning, findUncleaned } from '../../domain/ledger.ts';
import { jobOutputKey, sweptJobKey } from '../../domain/names.ts';
import type { RunPlan } from '../../domain/run.ts';
import type { DatabricksJobs, DatabricksRun, ObjectStore, OpenDatabricks, Workflows } from '../ports.ts';
import { withProgress } from '../heartbeat.ts';
import { type BegunJob, type JobContext, type JobSettings, repairJob, submitJob } from './begin-job.ts';
import { describeFailedRun, recordFailedJob } from './failed-jobs.ts';
import { parseCleaning } from './parse-cleaning.ts';
import { endRun, hasEnded, pollRun } from './poll-run.ts';

/** One attempt waits this long and then makes way, so that a deploy never loses more than one poll. */
const WAIT_MS = 90_000;

export interface JobDependencies extends JobSettings {
  readonly databricks: OpenDatabricks;
  readonly store: ObjectStore;
  readonly workflows: Workflows;
}

/** A run of Databricks that belongs to a plan. */
export type Job = BegunJob & { readonly plan: RunPlan };

type EndedJob = Job & {
  readonly tasks: Readonly<Record<string, string>>;
  /** Records of the objects that the job had to read. */
  readonly given: PerKind<{ readonly records: number }>;
};

export function createJobActivities(dependencies: JobDependencies) {
  const { databricks, store } = dependencies;
  const begin = (plan: RunPlan, how: (plan: RunPlan, context: JobContext) => Promise<BegunJob>): Promise<BegunJob> =>
    withProgress('databricks run', (_, signal) => {
      const scheduledAt = Context.current().info.scheduledTimestampMs;
      return how(plan, { ...dependencies, api: databricks(signal), scheduledAt });
    });
  return {
    /**
     * Starts the run's Databricks job, or finds the one that is there (I4, I6). The token's epoch rises only with a
     * recorded failure: Databricks answers a known token with its old run, even a failed one.
     */
    submitJob: async (plan: RunPlan): Promise<BegunJob> => begin(plan, submitJob),

    /** The same with the last failed run of the date, of which only the failed tasks are run again. */
    repairJob: async (plan: RunPlan): Promise<BegunJob> => begin(plan, repairJob),

    /** Waits for the end of the run. Not ended yet is a retryable error, so that waiting costs no history. */
    async awaitJob(job: Job): Promise<{ url: string; tasks: Readonly<Record<string, string>> }> {
      return withProgress(`databricks run ${job.runId}`, async (report, signal) => {
        const api = databricks(signal);
        const onPause = (lifeCycle: string) =>
          report({ label: `databricks run ${job.runId} ${lifeCycle.toLowerCase()}`, done: 0, total: 1 });
        const run = await pollRun(job, api, { until: Date.now() + WAIT_MS, onPause });
        if (run === undefined) throw await rejectGoneRun(job, store);
        if (!hasEnded(run, job)) {
          const lifeCycle = run.state.state === 'active' ? run.state.lifeCycle : 'waiting for its repair to begin';
          throw new PinflowError('RUN_UNFINISHED', `databricks run ${job.runId} is ${lifeCycle}`);
        }
        if (run.state.state !== 'succeeded') throw await rejectRun(job, run, { api, store });
        const tasks = Object.entries(run.tasks).map(([key, { runId }]) => [key, runId] as const);
        return { url: run.url, tasks: Object.fromEntries(tasks) };
      });
    },

    /**
     * Keeps the notebooks' exit values as objects and returns the small one: what became of the records (I11). A date that
     * was begun again may have found the run of its first try, which knows nothing of what landed since (I1).
     */
    async collectOutput({ given, tasks, ...job }: EndedJob): Promise<Cleaning> {
      return withProgress('databricks output', async (_, signal) => {
        const api = databricks(signal);
        const keep = (task: string) => keepOutput({ plan: job.plan, task, taskRunId: tasks[task] }, { api, store });
        const [clean] = await Promise.all([keep('clean'), keep('queries')]);
        const cleaning = parseCleaning(clean);
        const uncleaned = findUncleaned(given, cleaning);
        if (uncleaned.length > 0) throw await rejectOutdatedRun(job, uncleaned, store);
        return cleaning;
      });
    },

    /** Ends a run and waits until it is gone (I5). */
    async cancelJob(job: Job): Promise<void> {
      const run = await withProgress(`end databricks run ${job.runId}`, (_, signal) => endRun(job, databricks(signal)));
      if (run === undefined) await rejectGoneRun(job, store);
      else if (run.state.state !== 'succeeded') await recordFailedJob(placeOf(job), describeFailedRun(run), store);
    },
  };
}

interface Outside {
  readonly api: DatabricksJobs;
  readonly store: ObjectStore;
}

function placeOf({ plan, epoch }: Job) {
  return { workflowId: plan.workflowId, epoch };
}

/** Records the failure and returns the error that tells of it, with what the notebooks said. */
async function rejectRun(job: Job, run: DatabricksRun, { api, store }: Outside): Promise<PinflowError> {
  // First of all: what follows may be refused, and without the record the date would find this run for ever.
  await recordFailedJob(placeOf(job), describeFailedRun(run), store);
  const outputs = await Promise.all(
    Object.entries(run.tasks).map(async ([task, { runId }]) => ({ task, error: await readError(runId, api) })),
  );
  const errors = outputs.flatMap(({ task, error }) => (error === undefined ? [] : [`task "${task}": ${error}`]));
  const wasSwept = run.state.state === 'cancelled' && (await wasSweptAway(job, store));
  const reason = wasSwept
    ? 'taken for an orphan and cancelled'
    : 'reason' in run.state
      ? run.state.reason
      : 'cancelled';
  const message = [`databricks run ${run.runId} at ${run.url} ended: ${reason}`, ...errors].join('; ');
  return new PinflowError(wasSwept || run.state.state === 'lost' ? 'RUN_LOST' : 'RUN_FAILED', message);
}

/** A run that is not there had ended: Databricks deletes no active run. */
async function rejectGoneRun(job: Job, store: ObjectStore): Promise<PinflowError> {
  const reason = 'it does not exist any more';
  await recordFailedJob(placeOf(job), { runId: job.runId, repairs: job.repairs ?? 0, state: 'lost', reason }, store);
  return new PinflowError('RUN_LOST', `databricks run ${job.runId}: ${reason}`);
}

async function rejectOutdatedRun(job: Job, uncleaned: readonly string[], store: ObjectStore): Promise<PinflowError> {
  const reason = uncleaned.join('; ');
  const failed = { runId: job.runId, repairs: job.repairs ?? 0, state: 'outdated', reason };
  await recordFailedJob(placeOf(job), failed, store);
  return new PinflowError('RUN_OUTDATED', `databricks run ${job.runId}: ${reason}`);
}

async function wasSweptAway({ plan, runId }: Job, store: ObjectStore): Promise<boolean> {
  return (await store.readObject(sweptJobKey(plan.workflowId, runId))) !== undefined;
}

/** Tasks that never ran may have no output to read. */
async function readError(taskRunId: string, api: DatabricksJobs): Promise<string | undefined> {
  try {
    return (await api.readOutput(taskRunId)).error;
  } catch (error) {
    if (error instanceof PinflowError && !error.retryable) return undefined;
    throw error;
  }
}

interface TaskOutput {
  readonly plan: RunPlan;
  readonly task: string;
  readonly taskRunId: string | undefined;
}

async function keepOutput({ plan, task, taskRunId }: TaskOutput, { api, store }: Outside): Promise<string> {
  if (taskRunId === undefined) throw new PinflowError('OUTPUT_INVALID', `databricks run has no task "${task}"`);
  const { result } = await api.readOutput(taskRunId);
  if (result === undefined) throw new PinflowError('OUTPUT_INVALID', `notebook "${task}" ended without a value`);
  const key = jobOutputKey(plan.workflowId, task);
  await store.replaceObject({ key, body: result, contentType: 'application/json' });
  return result;
}
