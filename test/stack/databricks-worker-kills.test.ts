import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import { databricksRunName, dailyRunId } from '../../domain/names.ts';
import { SeededRandom } from '../../domain/seeded-random.ts';
import { type HttpFaultProxy, startHttpFaultProxy } from '../../infra/local/faults/http-proxy.ts';
import { pinflow, startWorker, type WorkerProcess } from '../support/processes.ts';
import { connectStack, listDatabricksRuns, type RunningStack, waitUntil } from '../support/running-stack.ts';

/**
 * Kills the worker with a call to Databricks in flight, again and again: on its way to a submit, while it waits, on its way
 * to a cancel. Every kill costs the 8 seconds after which the missing heartbeat is noticed.
 */

/** The lane affords one for each call; PINFLOW_TEST_KILLS=50 is the long version. */
const KILLS = Number(process.env['PINFLOW_TEST_KILLS'] ?? 3);
const SEED = 'seven';
const PIPELINE = `killed-${KILLS}-times`;
/** Long enough to be hit, before and after the request has had its effect. */
const DELAY_MS = 150;

const CALLS = { submit: '/jobs/runs/submit', wait: '/jobs/runs/get?', cancel: '/jobs/runs/cancel' } as const;
type Call = keyof typeof CALLS;

let stack: RunningStack;
let proxy: HttpFaultProxy;
let slow: { readonly hits: () => number };
let worker: WorkerProcess;
/** When calls of each kind were last seen. */
const seen = new Map<Call, number>();

beforeAll(async () => {
  stack = await connectStack();
  proxy = await startHttpFaultProxy({ target: stack.config.databricks.host });
  slow = proxy.addFault({
    matches: ({ url }) => {
      const call = (Object.keys(CALLS) as Call[]).find((name) => url.includes(CALLS[name]));
      if (call !== undefined) seen.set(call, Date.now());
      return call !== undefined;
    },
    fault: { kind: 'delay', ms: DELAY_MS },
    times: Infinity,
  });
  worker = await startWorker({ DATABRICKS_HOST: proxy.url });
});

afterAll(async () => {
  await worker.stop();
  proxy.close();
  await stack.close();
});

/** Kills the worker while such a call is under way and starts another; gives whether the call was still under way. */
async function killDuring(call: Call, pauseMs: number): Promise<boolean> {
  const since = Date.now();
  await waitUntil(`a call to ${call}`, async () => (seen.get(call) ?? 0) >= since, 90);
  await sleep(pauseMs);
  const inFlight = Date.now() - (seen.get(call) ?? 0) <= 2 * DELAY_MS;
  await worker.stop('SIGKILL');
  worker = await startWorker({ DATABRICKS_HOST: proxy.url });
  return inFlight;
}

async function startDate(index: number): Promise<string> {
  const date = new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10);
  const { code, stderr } = await pinflow('start', date, '--pipeline', PIPELINE, '--rows', '3');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return dailyRunId({ pipeline: PIPELINE, date });
}

const runsOf = (workflowId: string) => listDatabricksRuns(stack, databricksRunName(workflowId, 'run-job'));

test(
  'killed workers leave one Databricks run a date, none twice and none alive',
  async () => {
    const random = new SeededRandom(SEED);
    const dates: string[] = [];
    const cancelled = new Set<string>();
    const hits: Record<Call, number> = { submit: 0, wait: 0, cancel: 0 };
    for (let kill = 0; kill < KILLS; kill++) {
      const call = (['submit', 'wait', 'cancel'] as const)[kill % 3] ?? 'wait';
      const pause = random.below(2 * DELAY_MS);
      const workflowId = await startDate(dates.length);
      dates.push(workflowId);
      if (call === 'cancel') {
        await waitUntil('the run is there', async () => (await runsOf(workflowId)).length > 0, 90);
        await stack.client.workflow.getHandle(workflowId).cancel();
        cancelled.add(workflowId);
      }
      if (await killDuring(call, pause)) hits[call]++;
    }

    const ends = await Promise.all(
      dates.map(async (workflowId) => {
        const handle = stack.client.workflow.getHandle(workflowId);
        await handle.result().catch((error: unknown) => {
          if (!(error instanceof WorkflowFailedError)) throw error;
        });
        const states = (await runsOf(workflowId)).map(({ state }) => String(state.result_state));
        return [workflowId, `${(await handle.describe()).status.name} ${states.join(' ')}`] as const;
      }),
    );
    const expected = dates.map((workflowId): [string, string[]] => [
      workflowId,
      // A cancel may come when the last line of the notebook has run.
      cancelled.has(workflowId)
        ? ['CANCELLED CANCELED', 'CANCELLED SUCCESS', 'COMPLETED SUCCESS']
        : ['COMPLETED SUCCESS'],
    ]);
    const wrong = expected.filter(([workflowId, fine], index) => !fine.includes(ends[index]?.[1] ?? workflowId));
    expect(wrong.map(([workflowId]) => ends.find(([id]) => id === workflowId))).toEqual([]);
    // Nearly every kill must have hit what it was for.
    const hit = hits.submit + hits.wait + hits.cancel;
    expect(hit).toBeGreaterThanOrEqual(Math.floor(KILLS * 0.9));
    expect(slow.hits()).toBeGreaterThan(KILLS);
  },
  KILLS * 20_000 + 180_000,
);
