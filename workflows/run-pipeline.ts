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
import type { Activities } from '../activities/index.ts';
import { mapKinds, type PerKind, RECORD_KINDS, type RecordKind } from '../domain/kinds.ts';
import {
  type Cleaning,
  findImbalances,
  findLandingFaults,
  type LandingAudit,
  type Ledger,
  type SendingCounts,
} from '../domain/ledger.ts';
import { countOffsets } from '../domain/offsets.ts';
import { planRun, type RunPipelineInput, type RunPipelineResult, type RunPlan, type Step } from '../domain/run.ts';
import { watchDeadline } from './deadline.ts';
import { failWorkflow } from './fail-workflow.ts';
import { ledgerQuery, progressQuery } from './messages.ts';
import { bulk, bulkOf, databricks, paced, pacedOf, patient, quick, quickOf } from './proxies.ts';
import { RunLedger } from './run-ledger.ts';
import { RunSteps } from './run-steps.ts';

/** Runs one logical date: emulate → plan → land → prove → run job → reconcile → report. */
export async function runPipeline(input: RunPipelineInput): Promise<RunPipelineResult> {
  const plan = checkInput(input);
  const steps = new RunSteps(plan);
  const ledger = new RunLedger();
  setHandler(progressQuery, () => steps.snapshot());
  setHandler(ledgerQuery, () => ledger.view());
  showStatus(plan, 'running');
  const watch = markLateAt(input.deadline, steps);
  try {
    const result = await runSteps(plan, { steps, ledger, repair: input.repair === true });
    showStatus(plan, 'succeeded');
    return { ...result, ...tellLate(steps) };
  } catch (error) {
    showStatus(plan, isCancellation(error) ? 'cancelled' : 'failed');
    throw error;
  } finally {
    watch?.cancel();
  }
}

/** Shows to people, and to whoever looks for late runs, that the deadline has passed while the run goes on. */
function markLateAt(deadline: string | undefined, steps: RunSteps): CancellationScope | undefined {
  if (deadline === undefined) return undefined;
  return watchDeadline(deadline, () => {
    steps.markLate(deadline);
    setCurrentDetails(steps.toMarkdown());
    upsertSearchAttributes({ PinflowLate: [true] });
  });
}

/** By how much a run that ends now is late. */
function tellLate(steps: RunSteps): Pick<RunPipelineResult, 'late'> {
  const { lateSince: since } = steps.snapshot();
  return since === undefined ? {} : { late: { since, seconds: (Date.now() - Date.parse(since)) / 1_000 } };
}

interface HowToRun {
  readonly steps: RunSteps;
  readonly ledger: RunLedger;
  readonly repair: boolean;
}

async function runSteps(plan: RunPlan, { steps, ledger: counted, repair }: HowToRun): Promise<RunPipelineResult> {
  const track = trackOn(steps);
  const startedAt = new Date().toISOString();

  await track('emulate', async (tell) => {
    await quick.prepareRun(plan);
    const counts = await emulate(plan);
    tell('acknowledged', (kind) => counts[kind].acknowledged);
    counted.note(counts);
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
    const proven = await bulk.proveCoverage({ plan, planned: ranges });
    const audits = await forEachKind((kind) => bulkOf(kind).auditKind({ plan, kind, planned: ranges[kind] }));
    counted.note(mapKinds((kind) => audits[kind].counts));
    checkAudits(audits);
    tell('objects', (kind) => proven[kind].objects);
    if (RECORD_KINDS.some((kind) => proven[kind].strays > 0)) tell('strays', (kind) => proven[kind].strays);
    return proven;
  });
  const job = await track('run-job', async (tell) => {
    const ended = await runJob({ plan, repair, given: proof });
    tell('clean', (kind) => ended.cleaning.own[kind].clean);
    counted.noteCleaning(ended.cleaning);
    return ended;
  });
  const { carriedOver } = job.cleaning;
  const strays = mapKinds((kind) => proof[kind].strays);
  const ledger = await track('reconcile', async () => reconcile(counted));
  const report = await track('report', () =>
    quick.writeReport({
      plan,
      startedAt,
      ledger,
      carriedOver,
      strays,
      steps: steps.durations(),
      databricksUrl: job.url,
    }),
  );

  return { workflowId: plan.workflowId, ledger, carriedOver, steps: steps.durations(), report };
}

/** The course's pace goes post by post, so that one activity has all kinds; otherwise each goes for itself. */
async function emulate(plan: RunPlan): Promise<PerKind<SendingCounts>> {
  if (plan.pace === 'course') return paced.emulatePosts(plan);
  const sendOf = plan.rate === undefined ? bulkOf : pacedOf;
  return forEachKind((kind) => sendOf(kind).emulateKind({ plan, kind }));
}

interface EndedJob {
  readonly url: string;
  readonly cleaning: Cleaning;
}

/** How often the job is submitted before a cluster that keeps dying counts as a failure. */
const MOST_SUBMITS = 3;

interface JobToRun {
  readonly plan: RunPlan;
  readonly repair: boolean;
  /** What the job has to read. */
  readonly given: PerKind<{ readonly records: number }>;
}

/** The Databricks job, submitted again when Databricks lost it, or found one that began before all had landed. */
async function runJob(job: JobToRun): Promise<EndedJob> {
  for (let submits = 1; ; submits++) {
    try {
      return await runJobOnce(job, job.repair && submits === 1 ? databricks.repairJob : databricks.submitJob);
    } catch (error) {
      const isWorthAnother = ['RUN_LOST', 'RUN_OUTDATED'].includes(failureTypeOf(error) ?? '');
      if (!isWorthAnother || submits === MOST_SUBMITS) throw error;
    }
  }
}

async function runJobOnce({ plan, given }: JobToRun, begin: Activities['submitJob']): Promise<EndedJob> {
  // Not cancellable: a submit that was sent but not heard would leave a run that nobody knows of.
  const begun = await CancellationScope.nonCancellable(() => begin(plan));
  const { url, tasks } = await awaitOrEnd({ plan, ...begun });
  return { url, cleaning: await databricks.collectOutput({ plan, ...begun, tasks, given }) };
}

/** Whatever makes us stop waiting, the run does not outlive it (I5). */
async function awaitOrEnd(job: Parameters<Activities['awaitJob']>[0]) {
  try {
    return await patient.awaitJob(job);
  } catch (error) {
    const hasEnded = ['RUN_FAILED', 'RUN_LOST'].includes(failureTypeOf(error) ?? '');
    if (!hasEnded) await CancellationScope.nonCancellable(() => databricks.cancelJob(job));
    throw error;
  }
}

/** The code of the error that an activity ended with. */
function failureTypeOf(error: unknown): string | undefined {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure)) return undefined;
  return error.cause.type ?? undefined;
}

/** Before the job: what is wrong in the objects must not reach the tables. */
function checkAudits(audits: PerKind<LandingAudit>): void {
  const faults = RECORD_KINDS.flatMap((kind) => findLandingFaults(kind, audits[kind].counts));
  const examples = RECORD_KINDS.flatMap((kind) => audits[kind].examples.map((example) => `${kind} ${example}`));
  if (faults.length > 0) throw failWorkflow('LEDGER_UNBALANCED', [...faults, ...examples].join('; '));
}

function reconcile(counted: RunLedger): Ledger {
  // Every step before this one has noted its counts.
  const ledger = counted.view().counts as Ledger;
  const imbalances = findImbalances(ledger);
  if (imbalances.length > 0) throw failWorkflow('LEDGER_UNBALANCED', imbalances.join('; '));
  return ledger;
}

function checkInput(input: unknown): RunPlan {
  const checked = planRun(workflowInfo().workflowId, input);
  if ('problems' in checked) throw failWorkflow('INPUT_INVALID', checked.problems.join('; '));
  return checked.plan;
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
    const told: string[] = [];
    const tell: Tell = (what, count) => {
      told.push(`${what}: ${RECORD_KINDS.map((kind) => `${kind} ${count(kind)}`).join(', ')}`);
    };
    steps.start(name, Date.now());
    setCurrentDetails(steps.toMarkdown());
    try {
      const result = await run(tell);
      steps.end(name, { state: 'done', now: Date.now(), detail: told.join('; ') });
      return result;
    } catch (error) {
      steps.end(name, { state: 'failed', now: Date.now(), detail: told.join('; ') });
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
