import {
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import {
  type BackfillInput,
  type BackfillPlan,
  type BackfillResult,
  backfillWorkflowId,
  type DailyEnd,
  findConcurrencyProblems,
  MOST_NAMED,
  planBackfill,
} from '../domain/backfill.ts';
import { answerChange } from './answer-change.ts';
import { BackfillDates, type CarriedDates } from './backfill-dates.ts';
import { continueAnew, hasToContinue } from './continue-anew.ts';
import { describeBackfill } from './describe-backfill.ts';
import { refuseInput, requirePlan } from './fail-workflow.ts';
import { backfillProgressQuery, pauseUpdate, resizeUpdate, resumeUpdate } from './messages.ts';
import { quick, waiting } from './proxies.ts';

/** A date leaves about 20 events in history; the server hints at 4,096. */
const MOST_DATES_OF_A_RUN = 150;

/** How long it takes a list to catch up, at most; it is a moment as a rule. */
const LOOK_AGAIN_SECONDS = [1, 2, 4, 8, 15];

/**
 * Runs every date of a range, a few at a time: starts it like everybody else (I4) and waits for its end. A date that runs
 * already is joined, one that has succeeded is skipped. The runs are not its own: they go on when it is cancelled.
 */
export async function backfill(input: BackfillInput, carried?: CarriedDates): Promise<BackfillResult> {
  const plan = requirePlan(planBackfill(input), backfillWorkflowId);
  const dates = new BackfillDates(plan, carried);
  const show = () => setCurrentDetails(describeBackfill(dates.snapshot(Date.now())));
  handleMessages(dates, show);
  showStatus(plan, 'running');
  show();
  if (plan.dryRun) return preview(plan, dates);
  try {
    if ((await runDates(plan, { dates, show })) === 'go on') await continueAnew<typeof backfill>(input, dates.carry());
    const gaps = (await findGaps(plan, dates)).slice(0, MOST_NAMED);
    const progress = dates.snapshot(Date.now());
    const isDone = progress.done + progress.skipped === progress.dates && gaps.length === 0;
    showStatus(plan, isDone ? 'succeeded' : 'failed');
    return { progress, gaps };
  } catch (error) {
    if (isCancellation(error)) await tellCancelled(plan, dates);
    throw error;
  }
}

interface Shown {
  readonly dates: BackfillDates;
  readonly show: () => void;
}

/** Keeps the window full until no date is left, or history has grown so much that another run has to go on. */
async function runDates(plan: BackfillPlan, shown: Shown): Promise<'over' | 'go on'> {
  const { dates, show } = shown;
  const endedBefore = dates.ended;
  const isLong = () => hasToContinue() || dates.ended - endedBefore >= MOST_DATES_OF_A_RUN;
  for (const { date, run } of dates.listRunning()) void follow(date, { ...shown, end: waiting.awaitDaily(run) });
  for (;;) {
    await condition(() => dates.isOver || (isLong() ? dates.isSettled : dates.next !== undefined));
    if (dates.isOver) return 'over';
    if (isLong()) return 'go on';
    const date = dates.next;
    if (date === undefined) continue;
    dates.begin(date, Date.now());
    show();
    void runDate(date, plan, shown);
  }
}

async function runDate(date: string, plan: BackfillPlan, shown: Shown): Promise<void> {
  const input = { ...plan.settings, date };
  await follow(date, { ...shown, end: startAndAwait() });

  async function startAndAwait(): Promise<DailyEnd | undefined> {
    // Not cancellable: a run that was started but not heard of would be one that nobody can tell of.
    const run = await CancellationScope.nonCancellable(() =>
      plan.redo ? quick.redoDaily(input) : quick.startDaily(input),
    );
    shown.dates.noteRun(date, run);
    shown.show();
    return run.outcome === 'finished' ? undefined : waiting.awaitDaily(run);
  }
}

/** Notes the end of a date, whatever it is. A cancellation is not one: the run goes on. */
async function follow(date: string, { dates, show, end }: Shown & { end: Promise<DailyEnd | undefined> }) {
  try {
    const ended = await end;
    if (ended !== undefined) dates.end(date, ended, Date.now());
  } catch (error) {
    if (isCancellation(error)) return;
    dates.end(date, { state: 'failed', reason: `not known how it ended: ${describeCause(error)}` }, Date.now());
  }
  show();
}

/** Lists are a moment behind, so looks again before it calls a difference one. */
async function findGaps(plan: BackfillPlan, dates: BackfillDates) {
  const look = async () => dates.findGaps(await quick.listDates(toListInput(plan)));
  let gaps = await look();
  for (const seconds of LOOK_AGAIN_SECONDS) {
    if (gaps.length === 0) return gaps;
    await sleep(`${seconds} seconds`, { summary: 'the list to catch up' });
    gaps = await look();
  }
  return gaps;
}

async function preview(plan: BackfillPlan, dates: BackfillDates): Promise<BackfillResult> {
  const found = await quick.listDates(toListInput(plan));
  showStatus(plan, 'succeeded');
  return { progress: dates.snapshot(Date.now()), gaps: [], found };
}

function toListInput({ pipeline, from, to, redo }: BackfillPlan) {
  return { pipeline, from, to, redo };
}

function handleMessages(dates: BackfillDates, show: () => void): void {
  const snapshot = () => dates.snapshot(Date.now());
  const change = <Args extends unknown[]>(apply: (...args: Args) => void) => answerChange(apply, { show, snapshot });
  setHandler(backfillProgressQuery, snapshot);
  setHandler(
    pauseUpdate,
    change(() => dates.pause()),
  );
  setHandler(
    resumeUpdate,
    change(() => dates.resume()),
  );
  setHandler(
    resizeUpdate,
    change((concurrency: number) => dates.resize(concurrency)),
    { validator: (concurrency) => refuseInput(findConcurrencyProblems(concurrency)) },
  );
}

/** Waits for the starts under way, so that every run that goes on is named. */
async function tellCancelled(plan: BackfillPlan, dates: BackfillDates): Promise<void> {
  await CancellationScope.nonCancellable(() => condition(() => dates.isSettled));
  showStatus(plan, 'cancelled');
  const { running } = dates.snapshot(Date.now());
  const rest = running.length === 0 ? 'No date is running.' : `These dates go on: ${running.join(', ')}.`;
  setCurrentDetails(`${describeBackfill(dates.snapshot(Date.now()))}\n\n**Cancelled.** ${rest}`);
}

function describeCause(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

type BackfillStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';

function showStatus({ pipeline }: BackfillPlan, status: BackfillStatus): void {
  upsertSearchAttributes({ PinflowPipeline: [pipeline], PinflowStatus: [status] });
}
