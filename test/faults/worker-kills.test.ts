import { setTimeout as sleep } from 'node:timers/promises';
import { KILL_MOMENTS } from '../../infra/local/faults/kill-points.ts';
import type { HttpRequestHead } from '../../infra/local/faults/http-fault.ts';
import { type HttpFaultProxy, startHttpFaultProxy } from '../../infra/local/faults/http-proxy.ts';
import {
  areEnded,
  awaitResumed,
  describeRun,
  landUndisturbed,
  listBegun,
  SMALL_OBJECTS,
  startCourseRun,
} from '../support/course-run.ts';
import { findUnfinishedUploads } from '../support/find-leftovers.ts';
import { startKillableWorker, startWorker, type WorkerProcess } from '../support/processes.ts';
import { IS_FULL, reportFault } from '../support/report-fault.ts';
import { connectStack, readLandedHashes, type RunningStack, waitUntil } from '../support/running-stack.ts';

/** Every activity of a run, in the order of its steps. */
const ACTIVITIES = [
  ...['prepareRun', 'emulateKind', 'planRanges', 'landKind', 'proveCoverage', 'auditKind'],
  ...['submitJob', 'awaitJob', 'collectOutput', 'writeReport'],
];
/** Not a point of the worker's own: it is killed from outside while the store has half of an object. */
const IN_UPLOAD = 'landKind:upload';
const EVERY_POINT = ACTIVITIES.flatMap((activity) => KILL_MOMENTS.map((moment) => `${activity}:${moment}`));
/** The lane affords those after which a second try would do the most harm; each costs the time-out of a heartbeat. */
const POINTS = IS_FULL
  ? EVERY_POINT.toSpliced(EVERY_POINT.indexOf('landKind:after'), 0, IN_UPLOAD)
  : ['emulateKind:after', IN_UPLOAD, 'landKind:after', 'submitJob:after'];

let stack: RunningStack;
let workers: WorkerProcess[] = [];
let proxies: HttpFaultProxy[] = [];

beforeAll(async () => {
  stack = await connectStack();
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
  for (const proxy of proxies) proxy.close();
  [workers, proxies] = [[], []];
});

afterAll(() => stack.close());

async function addWorker(starting: Promise<WorkerProcess>): Promise<WorkerProcess> {
  const worker = await starting;
  workers.push(worker);
  return worker;
}

const isLanding = ({ method, url }: HttpRequestHead) => method === 'PUT' && url.includes('/topics/');

async function addProxy(onAnswer?: (request: HttpRequestHead, status: number) => void): Promise<HttpFaultProxy> {
  const target = String(stack.config.s3.endpoint);
  const proxy = await startHttpFaultProxy({ target, ...(onAnswer && { onAnswer }) });
  proxies.push(proxy);
  return proxy;
}

/** Starts a worker that dies at the point, and waits until it has. */
async function loseWorker(point: string): Promise<WorkerProcess> {
  if (point === IN_UPLOAD) return loseWorkerInUpload();
  const worker = await addWorker(startKillableWorker(point, SMALL_OBJECTS));
  await waitUntil(`a worker is killed at ${point}`, async () => worker.child.signalCode === 'SIGKILL', 120);
  expect(worker.readOutput()).toContain('killed at the point');
  return worker;
}

async function loseWorkerInUpload(): Promise<WorkerProcess> {
  const proxy = await addProxy();
  const stalled = proxy.addFault({
    matches: isLanding,
    fault: { kind: 'stall-upload', afterBytes: 100 },
    skip: 2,
  });
  const worker = await addWorker(startWorker({ ...SMALL_OBJECTS, PINFLOW_S3_ENDPOINT: proxy.url }));
  await waitUntil('an upload stands still', async () => stalled.hits() === 1);
  await worker.stop('SIGKILL');
  return worker;
}

test(
  'a worker killed at any step or in the middle of an upload leaves what a run without kills leaves',
  async () => {
    const handle = await startCourseRun(stack, { pipeline: 'killed-at-steps' });
    const recoveries = new Map<string, Promise<number>>();
    for (const point of POINTS) {
      const worker = await loseWorker(point);
      const killedAt = Date.now();
      const begun = await listBegun(handle, worker.child.pid);
      expect([point, begun.length]).not.toEqual([point, 0]);
      // The next worker ends only once it has come further, so that this is settled by then.
      recoveries.set(point, awaitResumed(begun, killedAt));
    }
    await addWorker(startWorker(SMALL_OBJECTS));
    const killed = await describeRun(stack, handle);
    const golden = await landUndisturbed(stack, { pipeline: 'not-killed' });

    expect(killed.objects.size).toBeGreaterThan(3 * 3);
    expect(killed.objects).toEqual(golden);
    expect(await findUnfinishedUploads(stack)).toEqual([]);
    const report = async (number: number, fault: string, points: readonly string[]) =>
      reportFault({
        ...{ number, fault, injected: points.length },
        ...{ lost: killed.lost, duplicated: killed.duplicated },
        recoveryMs: await Promise.all(points.flatMap((point) => recoveries.get(point) ?? [])),
      });
    await report(1, 'worker killed before or after the work of an activity, or in an upload', POINTS);
    await report(9, 'worker killed between an object and its record in history', ['landKind:after']);
  },
  POINTS.length * 30_000 + 120_000,
);

test('a worker that was paused beyond its heartbeat cannot write over what its successor has landed', async () => {
  const pipeline = 'paused-landing';
  const letGo = Promise.withResolvers<void>();
  const statuses: number[] = [];
  const proxy = await addProxy((request, status) => void (isLanding(request) && statuses.push(status)));
  const held = proxy.addFault({
    matches: isLanding,
    fault: { kind: 'hold', until: letGo.promise },
    times: Infinity,
  });
  const paused = await addWorker(startWorker({ ...SMALL_OBJECTS, PINFLOW_S3_ENDPOINT: proxy.url }));
  const handle = await startCourseRun(stack, { pipeline });
  await waitUntil('objects are on their way', async () => held.hits() >= 3);
  paused.child.kill('SIGSTOP');
  const pausedAt = Date.now();
  const begun = await listBegun(handle, paused.child.pid);

  await addWorker(startWorker(SMALL_OBJECTS));
  const recovery = await awaitResumed(begun, pausedAt);
  await waitUntil('its successor has landed all', () => areEnded(begun));
  const landed = await readLandedHashes(stack, pipeline);
  letGo.resolve();
  await waitUntil('the late writes are answered', async () => statuses.length === held.hits());
  paused.child.kill('SIGCONT');
  await sleep(1_000);

  expect(statuses).toEqual(statuses.map(() => 412));
  const { objects, lost, duplicated } = await describeRun(stack, handle);
  expect(objects).toEqual(landed);
  // It has learnt that its attempt is over and is as good as any other.
  await paused.stop('SIGTERM');
  expect(paused.child.exitCode).toBe(0);
  reportFault({
    ...{ number: 3, fault: 'worker paused in an upload beyond its heartbeat, then resumed', injected: statuses.length },
    ...{ lost, duplicated, recoveryMs: [recovery] },
  });
});
