import type { WorkflowHandle } from '@temporalio/client';
import { type HttpFaultProxy, startHttpFaultProxy } from '../../infra/local/faults/http-proxy.ts';
import { startCourseRun, waitUntilDone } from '../support/course-run.ts';
import { startWorker, type WorkerProcess } from '../support/processes.ts';
import { reportFault } from '../support/report-fault.ts';
import { connectStack, readLandedHashes, type RunningStack, waitUntil } from '../support/running-stack.ts';

const rows = 2_000;
const small = { PINFLOW_LAND_MAX_RECORDS: '100' };
const suffix = Date.now().toString(36);
const [deployedPipeline, undisturbedPipeline] = [`deployed-${suffix}`, `undisturbed-${suffix}`];

let stack: RunningStack;
let proxy: HttpFaultProxy;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  stack = await connectStack();
  proxy = await startHttpFaultProxy({ target: String(stack.config.s3.endpoint) });
});

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
  proxy.close();
  await stack.close();
});

async function addWorker(variables: Record<string, string> = small): Promise<WorkerProcess> {
  const worker = await startWorker(variables);
  workers.push(worker);
  return worker;
}

/** Why activities of the run were tried again, each with the activity's attempt. */
async function retriesOf(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  const started = (events ?? []).flatMap((event) => event.activityTaskStartedEventAttributes ?? []);
  return started.flatMap(({ attempt, lastFailure }) => (lastFailure ? [`${attempt}: ${lastFailure.message}`] : []));
}

test('a worker told to stop in the middle of landing ends in time, and another one lands the rest', async () => {
  const slow = proxy.addFault({
    matches: ({ method, url }) => method === 'PUT' && url.includes(`/topics/${deployedPipeline}.`),
    // Some seven objects for each partition, one after the other: none is done when the grace of ten seconds is over.
    fault: { kind: 'delay', ms: 2_500 },
    times: Infinity,
  });
  const old = await addWorker({ ...small, PINFLOW_S3_ENDPOINT: proxy.url });
  const deployed = await startCourseRun(stack, { pipeline: deployedPipeline, rows });
  await waitUntil('some objects have landed', async () => (await readLandedHashes(stack, deployedPipeline)).size >= 3);

  const told = performance.now();
  // Every object of the old worker is slow; those beyond are the new one's.
  const isLandedOn = async () => (await readLandedHashes(stack, deployedPipeline)).size > slow.hits();
  const landedOn = waitUntil('the new worker lands an object', isLandedOn).then(() => performance.now() - told);
  const stopped = old.stop('SIGTERM').then(() => (performance.now() - told) / 1_000);
  await addWorker();
  // While the old one drains, the new one does all of an undisturbed run.
  const undisturbed = await startCourseRun(stack, { pipeline: undisturbedPipeline, rows });
  await waitUntilDone(undisturbed, 'prove');
  const seconds = await stopped;
  await waitUntilDone(deployed, 'prove');

  expect(old.child.exitCode).toBe(0);
  expect(seconds).toBeGreaterThan(9);
  expect(seconds).toBeLessThan(15);
  const landed = await readLandedHashes(stack, deployedPipeline);
  expect(slow.hits()).toBeGreaterThan(3);
  expect(slow.hits()).toBeLessThan(landed.size);
  const golden = await readLandedHashes(stack, undisturbedPipeline);
  expect(landed).toEqual(golden);
  const retries = await retriesOf(deployed);
  expect(retries.length).toBeGreaterThan(0);
  expect(retries.filter((retry) => !/worker.*shut/i.test(retry))).toEqual([]);

  reportFault({
    number: 4,
    fault: 'worker told to stop (SIGTERM) while it lands, another one started beside it',
    injected: retries.length,
    lost: [...golden.keys()].filter((key) => !landed.has(key)).length,
    duplicated: [...landed.keys()].filter((key) => !golden.has(key)).length,
    recoveryMs: [await landedOn],
  });

  // What comes after landing has its own tests.
  await Promise.all([deployed.cancel(), undisturbed.cancel()]);
  await Promise.allSettled([deployed.result(), undisturbed.result()]);
});
