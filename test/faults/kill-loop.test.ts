import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { SeededRandom } from '../../domain/seeded-random.ts';
import {
  awaitResumed,
  describeRun,
  landUndisturbed,
  listBegun,
  SMALL_OBJECTS,
  startCourseRun,
} from '../support/course-run.ts';
import { countSparkProcesses, findUnfinishedUploads } from '../support/find-leftovers.ts';
import { startWorker, type WorkerProcess } from '../support/processes.ts';
import { IS_FULL, reportFault } from '../support/report-fault.ts';
import { connectStack, type RunningStack, waitUntil } from '../support/running-stack.ts';

/** `npm run chaos` is the long form. Runs follow each other so that always some are under way. */
const { runs, atOnce, lastsMs } = IS_FULL
  ? { runs: 50, atOnce: 4, lastsMs: 600_000 }
  : { runs: 2, atOnce: 2, lastsMs: 12_000 };
const SEED = 'kill-loop';
const rows = 60;

let stack: RunningStack;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  stack = await connectStack();
});

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
  await stack.close();
});

const isAlive = ({ child }: WorkerProcess) => child.exitCode === null && child.signalCode === null;

async function addWorker(): Promise<void> {
  workers.push(await startWorker(SMALL_OBJECTS));
}

/** What a worker has begun of the runs. */
async function listAllBegun(running: readonly WorkflowHandle[], { child }: WorkerProcess) {
  return (await Promise.all(running.map((handle) => listBegun(handle, child.pid)))).flat();
}

/** Kills one of the workers that are at work, starts another and gives how long what was interrupted stood still. */
async function killOne(random: SeededRandom, running: readonly WorkflowHandle[]): Promise<number> {
  const alive = workers.filter(isAlive);
  const work = await Promise.all(alive.map((worker) => listAllBegun(running, worker)));
  const busy = alive.filter((_, index) => (work[index] ?? []).length > 0);
  const candidates = busy.length > 0 ? busy : alive;
  const victim = candidates[random.below(candidates.length)];
  if (victim === undefined) throw new Error('no worker is alive');
  await victim.stop('SIGKILL');
  const killedAt = Date.now();
  const begun = await listAllBegun(running, victim);
  await addWorker();
  return awaitResumed(begun, killedAt);
}

test(
  'workers killed again and again complete every run as if nothing had happened',
  async () => {
    const random = new SeededRandom(SEED);
    const handles: WorkflowHandle[] = [];
    const running = new Set<WorkflowHandle>();
    const recoveries: Promise<number>[] = [];
    await Promise.all([addWorker(), addWorker()]);
    const until = Date.now() + lastsMs;

    const feed = async () => {
      while (Date.now() < until || handles.length < runs) {
        const handle = await startCourseRun(stack, { pipeline: `kill-loop-${handles.length}`, rows });
        handles.push(handle);
        running.add(handle);
        await handle.result();
        running.delete(handle);
      }
    };
    const fed = Promise.all(Array.from({ length: atOnce }, feed));
    while (Date.now() < until) {
      await sleep(5_000 + random.below(5_000));
      recoveries.push(killOne(random, [...running]));
    }
    await fed;

    const golden = await landUndisturbed(stack, { pipeline: 'kill-loop-golden', rows });
    const ended = await Promise.all(handles.map((handle) => describeRun(stack, handle)));
    for (const { objects } of ended) expect(objects).toEqual(golden);
    expect(ended.length).toBeGreaterThanOrEqual(runs);
    expect(await findUnfinishedUploads(stack)).toEqual([]);
    await waitUntil('no more Spark runs than is kept warm', async () => {
      const { clusters, orphans } = await countSparkProcesses();
      return clusters <= 2 && orphans === 0;
    });
    const times = await Promise.all(recoveries);
    expect(Math.max(...times)).toBeLessThanOrEqual(40_000);
    reportFault({
      ...{ number: 2, fault: `one of two workers killed every 5 to 10 s, ${ended.length} runs, seed "${SEED}"` },
      injected: times.length,
      lost: ended.reduce((sum, { lost }) => sum + lost, 0),
      duplicated: ended.reduce((sum, { duplicated }) => sum + duplicated, 0),
      recoveryMs: times,
    });
  },
  lastsMs + 300_000,
);
