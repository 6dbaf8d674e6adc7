import { log } from '@temporalio/activity';
import { parseDatabricksRunName, sweptJobKey } from '../../domain/names.ts';
import type { SweepInput, SweepResult, SweptRun } from '../../domain/sweep.ts';
import type { DatabricksJobs, ObjectStore, OpenDatabricks, Workflows } from '../ports.ts';
import { withProgress } from '../heartbeat.ts';
import { STREAM_STEP } from '../stream/stream-run.ts';
import { JOB_STEP, OWNER_PARAMETER } from './begin-job.ts';
import { endRun, findRun } from './poll-run.ts';

export interface SweepDependencies {
  readonly databricks: OpenDatabricks;
  readonly store: ObjectStore;
  readonly workflows: Workflows;
}

/** Those that a workflow has run for it. */
const SWEPT_STEPS: readonly string[] = [JOB_STEP, STREAM_STEP];

/** Keeps the answer small (I11); the next sweep goes on. */
const MOST_ORPHANS = 100;

export function createSweepActivities({ databricks, store, workflows }: SweepDependencies) {
  return {
    /**
     * Cancels the Databricks runs that this namespace began and whose workflow does not run any more (I5). Whose a run
     * is says the mark that it was submitted with; the name alone could be that of another namespace's pipeline. A
     * workflow runs before its Databricks run exists, so a run that was listed first and whose workflow is not running
     * afterwards has been left behind.
     */
    async sweepRuns({ dryRun }: SweepInput): Promise<SweepResult> {
      return withProgress('look for orphans', async (_, signal) => {
        const api = databricks(signal);
        const active = (await api.listActiveRuns()).flatMap(({ runId, name }) => {
          const { workflowId, step } = parseDatabricksRunName(name) ?? {};
          return workflowId !== undefined && SWEPT_STEPS.includes(step ?? '') ? [{ runId, workflowId }] : [];
        });
        const owner = active.length === 0 ? '' : await workflows.readNamespaceId();
        const orphans: Orphan[] = [];
        for (const run of active) {
          if (orphans.length < MOST_ORPHANS && (await isOrphan(run, { api, workflows, owner }))) orphans.push(run);
        }
        const end = async (orphan: Orphan): Promise<SweptRun> => ({
          ...orphan,
          outcome: dryRun ? 'found' : await endOrphan(orphan, { api, store, workflows }),
        });
        return { looked: active.length, orphans: await Promise.all(orphans.map(end)) };
      });
    },
  };
}

interface Orphan {
  readonly runId: string;
  readonly workflowId: string;
}

async function isOrphan(
  { runId, workflowId }: Orphan,
  { api, workflows, owner }: { api: DatabricksJobs; workflows: Workflows; owner: string },
): Promise<boolean> {
  if (await workflows.isRunning(workflowId)) return false;
  const run = await findRun(runId, api);
  if (run?.state.state !== 'active') return false;
  const tasks = Object.values(run.tasks);
  return tasks.length > 0 && tasks.every(({ parameters }) => parameters[OWNER_PARAMETER] === owner);
}

/**
 * The date may be started again between the question and the cancel and then find this run by its token. The mark lets
 * that workflow know that nobody wanted its run to end, so that it submits the job again.
 */
async function endOrphan(
  { runId, workflowId }: Orphan,
  { api, store, workflows }: { api: DatabricksJobs; store: ObjectStore; workflows: Workflows },
): Promise<SweptRun['outcome']> {
  const key = sweptJobKey(workflowId, runId);
  await store.createObject({ key, body: '{}', contentType: 'application/json' });
  if (await workflows.isRunning(workflowId)) return 'kept';
  try {
    const run = await endRun({ runId }, api);
    log.warn('cancelled an orphan', { databricksRun: runId, ofWorkflow: workflowId, ended: run?.state.state });
    return 'cancelled';
  } catch (error) {
    log.warn('could not cancel an orphan', { databricksRun: runId, ofWorkflow: workflowId, error: String(error) });
    return 'alive';
  }
}
