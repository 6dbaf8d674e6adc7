import {
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { findRateProblems } from '../domain/pace.ts';
import {
  findStreamImbalances,
  planStream,
  type StreamInput,
  type StreamLedger,
  type StreamPlan,
  type StreamResult,
} from '../domain/stream.ts';
import { answerChange } from './answer-change.ts';
import { continueAnew, hasToContinue } from './continue-anew.ts';
import { describeStream } from './describe-stream.ts';
import { failWorkflow, refuseInput, requirePlan } from './fail-workflow.ts';
import { rateUpdate, pauseStreamUpdate, resumeStreamUpdate, stopUpdate, streamProgressQuery } from './messages.ts';
import { streamSupervisorId } from '../domain/names.ts';
import { bulk, databricks, patient, quick } from './proxies.ts';
import { type CarriedStream, type StreamRun, StreamState } from './stream-state.ts';

/** Databricks runs in a row that end before every kind had a batch: the next one would, too. */
const MOST_FAILURES = 5;
const LONGEST_PAUSE_SECONDS = 60;

/**
 * Keeps a stream alive: posts at a rate, and a Databricks run that reads them, which is begun again under a new epoch
 * when it dies. Ends when all is sent, or somebody asks to stop, and every record that was put is accounted for.
 */
export async function superviseStream(input: StreamInput, carried?: CarriedStream): Promise<StreamResult> {
  const plan = requirePlan(planStream(input), ({ pipeline }) => streamSupervisorId(pipeline));
  const stream = new StreamState(plan, carried);
  const show = () => setCurrentDetails(describeStream(stream.snapshot(Date.now())));
  handleMessages(stream, show);
  showStatus(plan, 'running');
  try {
    if (carried === undefined) stream.notePlanned((await quick.prepareStream(plan)).posts);
    show();
    const ledger = await sendAndRead({ plan, chain: workflowInfo().firstExecutionRunId, stream, show });
    if (ledger === undefined) return await continueAnew<typeof superviseStream>(input, stream.carry());
    const imbalances = findStreamImbalances(ledger);
    if (imbalances.length > 0) throw failWorkflow('LEDGER_UNBALANCED', imbalances.join('; '));
    const { posts, epoch } = stream.snapshot(Date.now());
    showStatus(plan, 'succeeded');
    return { pipeline: plan.pipeline, posts: posts.sent, epochs: epoch, ledger };
  } catch (error) {
    const { run } = stream;
    // Whatever ends the supervision, the Databricks run does not outlive it (I5).
    if (run !== undefined) await CancellationScope.nonCancellable(() => databricks.endStream(run));
    showStatus(plan, isCancellation(error) ? 'cancelled' : 'failed');
    throw error;
  } finally {
    show();
  }
}

interface Supervised {
  readonly plan: StreamPlan;
  /** The first run of the workflow: tokens and manifests go by it, because the workflow's id is used again. */
  readonly chain: string;
  readonly stream: StreamState;
  readonly show: () => void;
}

/** The ledger once all is read; undefined where another run of the workflow has to go on. */
async function sendAndRead(supervised: Supervised): Promise<StreamLedger | undefined> {
  const scope = new CancellationScope();
  return scope.run(async () => {
    const sending = sendPosts(supervised);
    const reading = keepReading(supervised, () => sending);
    try {
      const [, ledger] = await Promise.all([sending, reading]);
      return ledger;
    } catch (error) {
      // What the other one has under way must not go on behind our back.
      scope.cancel();
      await Promise.allSettled([sending, reading]);
      throw error;
    }
  });
}

async function sendPosts({ plan, chain, stream, show }: Supervised): Promise<void> {
  for (;;) {
    await condition(() => stream.mayPost || stream.isSent || hasToContinue());
    if (stream.isSent || hasToContinue()) return;
    const slice = stream.nextSlice();
    stream.noteSent(slice, await bulk.sendSlice({ plan, chain, slice }), Date.now());
    show();
  }
}

/** Looks at the Databricks run again and again, and begins another one where it has ended too early. */
async function keepReading(of: Supervised, sending: () => Promise<void>): Promise<StreamLedger | undefined> {
  const { plan, chain, stream, show } = of;
  let asked: StreamRun | undefined;
  for (;;) {
    if (hasToContinue()) {
      await sending();
      return undefined;
    }
    const run = stream.run ?? (await beginRun(of));
    if (stream.isSent && asked !== run) await quick.askStreamToStop({ plan, chain, run });
    if (stream.isSent) asked = run;
    const look = await patient.lookAtStream({ plan, chain, run });
    stream.noteLook(look, Date.now());
    show();
    if (look.ledger !== undefined && stream.isSent) {
      stream.noteDrained();
      return look.ledger;
    }
    if (look.state !== 'active') await replaceRun(of, look.reason ?? 'it ended although nobody had asked it to');
    else await replaceStuckRun(of, run);
  }
}

async function beginRun({ plan, chain, stream, show }: Supervised): Promise<StreamRun> {
  const { epoch, isSent } = stream;
  // Not cancellable: a submit that was sent but not heard would leave a run that nobody knows of.
  const begun = await CancellationScope.nonCancellable(() =>
    databricks.submitStream({ plan, chain, epoch, toTheEnd: isSent }),
  );
  const run = { ...begun, epoch };
  stream.noteBegun(run, Date.now());
  show();
  return run;
}

async function replaceRun({ stream, show }: Supervised, reason: string): Promise<void> {
  stream.noteLost(reason);
  show();
  if (stream.failures >= MOST_FAILURES)
    throw failWorkflow(
      'STREAM_FAILED',
      `${stream.failures} databricks runs in a row have died before all kinds were read: ${reason}`,
    );
  const seconds = Math.min(2 ** stream.failures, LONGEST_PAUSE_SECONDS);
  await sleep(`${seconds} seconds`, { summary: 'before the next databricks run' });
}

async function replaceStuckRun(of: Supervised, run: StreamRun): Promise<void> {
  const reason = of.stream.explainStuck(Date.now());
  if (reason === undefined) return;
  await databricks.endStream(run);
  await replaceRun(of, reason);
}

function handleMessages(stream: StreamState, show: () => void): void {
  const snapshot = () => stream.snapshot(Date.now());
  const change = <Args extends unknown[]>(apply: (...args: Args) => void) => answerChange(apply, { show, snapshot });
  setHandler(streamProgressQuery, snapshot);
  setHandler(
    pauseStreamUpdate,
    change(() => stream.pause()),
  );
  setHandler(
    resumeStreamUpdate,
    change(() => stream.resume()),
  );
  setHandler(
    stopUpdate,
    change(() => stream.stop()),
  );
  setHandler(
    rateUpdate,
    change((rate: number) => stream.setRate(rate)),
    { validator: (rate) => refuseInput(findRateProblems(rate)) },
  );
}

type StreamStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';

function showStatus({ pipeline }: StreamPlan, status: StreamStatus): void {
  upsertSearchAttributes({ PinflowPipeline: [pipeline], PinflowStatus: [status] });
}
