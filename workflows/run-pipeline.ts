import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { ERRORS } from '../domain/errors.ts';
import { mapKinds, type PerKind, RECORD_KINDS, type RecordKind } from '../domain/kinds.ts';
import { type Cleaning, findImbalances, type Ledger } from '../domain/ledger.ts';
import { countOffsets } from '../domain/offsets.ts';
import { planRun, type RunPipelineInput, type RunPipelineResult, type RunPlan, type Step } from '../domain/run.ts';
import { progressQuery } from './messages.ts';
import { bulkOf, patient, quick, quickOf } from './proxies.ts';
import { RunSteps } from './run-steps.ts';

/** Runs one logical date: emulate → plan → land → prove → run job → reconcile → report. */
export async function runPipeline(input: RunPipelineInput): Promise<RunPipelineResult> {
  const plan = checkInput(input);
  const steps = new RunSteps(plan);
  setHandler(progressQuery, () => steps.snapshot());
  showStatus(plan, 'running');
  try {
    const result = await runSteps(plan, steps);
    showStatus(plan, 'succeeded');
    return result;
  } catch (error) {
    showStatus(plan, isCancellation(error) ? 'cancelled' : 'failed');
    throw error;
  }
}

async function runSteps(plan: RunPlan, steps: RunSteps): Promise<RunPipelineResult> {
  const track = trackOn(steps);
  const startedAt = new Date().toISOString();

  const sent = await track('emulate', async (tell) => {
    await quick.prepareRun(plan);
    const counts = await forEachKind((kind) => bulkOf(kind).emulateKind({ plan, kind }));
    tell('acknowledged', (kind) => counts[kind].acknowledged);
    return counts;
  });
  const ranges = await track('plan', async (tell) => {
    const planned = await forEachKind((kind) => quickOf(kind).planRanges({ plan, kind }));
    tell('to land', (kind) => countOffsets(planned[kind]));
    return planned;
  });
  await track('land', async (tell) => {
    const landed = await forEachKind((kind) => bulkOf(kind).landKind({ plan, kind, ranges: ranges[kind] }));
    tell('landed', (kind) => landed[kind].offsets);
  });
  const proof = await track('prove', async (tell) => {
    const proven = await quick.proveCoverage({ plan, planned: ranges });
    tell('objects', (kind) => proven[kind].objects);
    return proven;
  });
  const job = await track('run-job', async (tell) => {
    const ended = await runJob(plan);
    tell('clean', (kind) => ended.cleaning.own[kind].clean);
    return ended;
  });
  const { carriedOver } = job.cleaning;
  const ledger = await track('reconcile', async () => reconcile({ sent, proof, cleaning: job.cleaning }));
  const report = await track('report', () =>
    quick.writeReport({ plan, startedAt, ledger, carriedOver, steps: steps.durations(), databricksUrl: job.url }),
  );

  return { workflowId: plan.workflowId, ledger, carriedOver, steps: steps.durations(), report };
}

interface EndedJob {
  readonly url: string;
  readonly cleaning: Cleaning;
}

/** How often the job is submitted before a cluster that keeps dying counts as a failure. */
const MOST_SUBMITS = 3;

/** The Databricks job, submitted again when Databricks lost it. */
async function runJob(plan: RunPlan): Promise<EndedJob> {
  for (let submits = 1; ; submits++) {
    try {
      return await runJobOnce(plan);
    } catch (error) {
      if (!isLostRun(error) || submits === MOST_SUBMITS) throw error;
    }
  }
}

function isLostRun(error: unknown): boolean {
  return (
    error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === 'RUN_LOST'
  );
}

/** Whatever happens to us, a run that we started does not outlive a cancelled workflow (I5). */
async function runJobOnce(plan: RunPlan): Promise<EndedJob> {
  // Not cancellable: a submit that was sent but not heard would leave a run that nobody knows of.
  const submitted = await CancellationScope.nonCancellable(() => quick.submitJob(plan));
  try {
    const { url, tasks } = await patient.awaitJob({ plan, ...submitted });
    return { url, cleaning: await quick.collectOutput({ plan, tasks }) };
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => quick.cancelJob({ plan, ...submitted }));
    throw error;
  }
}

interface Counted {
  readonly sent: PerKind<{ intended: number; acknowledged: number }>;
  readonly proof: PerKind<{ landed: number }>;
  readonly cleaning: Cleaning;
}

function reconcile({ sent, proof, cleaning }: Counted): Ledger {
  const ledger = mapKinds((kind) => ({ ...sent[kind], landed: proof[kind].landed, ...cleaning.own[kind] }));
  const imbalances = findImbalances(ledger);
  if (imbalances.length > 0) throw failRun('LEDGER_UNBALANCED', imbalances.join('; '));
  return ledger;
}

function checkInput(input: unknown): RunPlan {
  const checked = planRun(workflowInfo().workflowId, input);
  if ('problems' in checked) throw failRun('INPUT_INVALID', checked.problems.join('; '));
  return checked.plan;
}

function failRun(code: 'INPUT_INVALID' | 'LEDGER_UNBALANCED', message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${message}; ${ERRORS[code].remedy}`, code);
}

async function forEachKind<T>(run: (kind: RecordKind) => Promise<T>): Promise<PerKind<T>> {
  const results = await Promise.all(RECORD_KINDS.map(async (kind) => [kind, await run(kind)] as const));
  return Object.fromEntries(results) as PerKind<T>;
}

/** Tells people what a step did: one number for each kind. */
type Tell = (what: string, count: (kind: RecordKind) => number) => void;

/** Runs a step and shows, in the Temporal UI and to the query `progress`, that it runs, how it ended and how long it took. */
function trackOn(steps: RunSteps): <T>(name: Step, run: (tell: Tell) => Promise<T>) => Promise<T> {
  return async (name, run) => {
    let detail = '';
    const tell: Tell = (what, count) => {
      detail = `${what}: ${RECORD_KINDS.map((kind) => `${kind} ${count(kind)}`).join(', ')}`;
    };
    steps.start(name, Date.now());
    setCurrentDetails(steps.toMarkdown());
    try {
      const result = await run(tell);
      steps.end(name, { state: 'done', now: Date.now(), detail });
      return result;
    } catch (error) {
      steps.end(name, { state: 'failed', now: Date.now(), detail });
      throw error;
    } finally {
      setCurrentDetails(steps.toMarkdown());
    }
  };
}

type RunStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';

function showStatus({ pipeline, date }: RunPlan, status: RunStatus): void {
  upsertSearchAttributes({ PinflowPipeline: [pipeline], PinflowDate: [date], PinflowStatus: [status] });
}
