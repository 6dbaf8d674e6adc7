import { SparePool } from '../../../../../infra/local/databricks/clusters/spare-pool.ts';
import { TaskCluster } from '../../../../../infra/local/databricks/clusters/task-cluster.ts';
import { exited } from './fake-compute.ts';
import { fakeLaunches, runOn, settle } from './fake-process.ts';

function setUp(size: number) {
  const { processes: launched, launch, process } = fakeLaunches();
  const warmUps: boolean[] = [];
  const pool = new SparePool({
    size,
    launch: ({ warmUp }) => {
      warmUps.push(warmUp);
      return launch();
    },
  });
  return { pool, launched, warmUps, process };
}

test('a spare that is taken is replaced when it has ended and not before', async () => {
  const { pool, launched, warmUps, process } = setUp(1);
  pool.fill();
  expect(warmUps).toEqual([true]);
  expect(pool.take()).toBe(process(0));
  expect(launched).toHaveLength(1);
  const back = pool.giveBack(process(0));
  await process(0).vanish();
  await back;
  expect([process(0).stops, launched.length]).toEqual([1, 2]);
  expect(pool.take()).toBe(process(1));
});

test('without a spare a process is started that does not warm up', async () => {
  const { pool, warmUps } = setUp(0);
  pool.fill();
  pool.take();
  expect(warmUps).toEqual([false]);
});

test('spares start one after the other, and the one that is nearest to being warm is given out', async () => {
  const { pool, launched, process } = setUp(2);
  pool.fill();
  await process(0).comeUp();
  expect(launched).toHaveLength(1);
  await process(0).warmUp();
  expect(launched).toHaveLength(2);
  expect([pool.take(), pool.take()]).toEqual([process(0), process(1)]);
});

test('no successor starts for a spare that is taken in its warm-up', async () => {
  const { pool, launched, process } = setUp(2);
  pool.fill();
  pool.take();
  await process(0).comeUp();
  await process(0).warmUp();
  expect(launched).toHaveLength(1);
});

test('a spare that dies before it is warm is swept away and not started in a loop', async () => {
  const { pool, launched, process } = setUp(1);
  pool.fill();
  await process(0).vanish();
  expect([process(0).stops, launched.length]).toEqual([1, 1]);
  expect(pool.take()).toBe(process(1));
  const back = pool.giveBack(process(1));
  await process(1).vanish();
  await back;
  expect(launched).toHaveLength(3);
});

test('a warm spare that dies is swept away and then replaced', async () => {
  const { pool, launched, process } = setUp(1);
  pool.fill();
  await process(0).comeUp();
  await process(0).warmUp();
  await process(0).die();
  expect([process(0).stops, launched.length]).toEqual([1, 1]);
  await process(0).vanish();
  expect(launched).toHaveLength(2);
  expect(pool.take()).toBe(process(1));
});

test('a stopped pool ends spares and taken processes and starts no more', async () => {
  const { pool, launched, process } = setUp(2);
  pool.fill();
  await process(0).warmUp();
  pool.take();
  const stopped = pool.stop();
  await process(0).vanish();
  await process(1).vanish();
  await stopped;
  expect(launched.every(({ stops }) => stops > 0)).toBe(true);
  pool.fill();
  expect([pool.take(), launched.length]).toEqual([undefined, 2]);
});

test('work that waits while the pool is stopped is lost and starts no process', async () => {
  const { pool, launched, process } = setUp(0);
  const cluster = new TaskCluster(pool);
  const [first, second] = [runOn(cluster, 'first'), runOn(cluster, 'second')];
  await settle();
  await process(0).comeUp();
  const stopped = pool.stop();
  await process(0).die();
  await process(0).vanish();
  await stopped;
  expect(first.end).toEqual({ kind: 'lost', message: 'gone' });
  expect(second).toEqual({ started: false, end: { kind: 'lost', message: 'The server is stopping.' } });
  expect(launched).toHaveLength(1);
});

test('a cluster is pending while its Spark starts, runs, and is terminating while that ends', async () => {
  const { pool, process } = setUp(0);
  const cluster = new TaskCluster(pool);
  runOn(cluster, 'first');
  await settle();
  expect(cluster.view).toMatchObject({ state: 'PENDING', message: 'Spark is starting.', sparkVersion: undefined });
  await process(0).comeUp();
  expect(cluster.view).toMatchObject({ state: 'RUNNING', message: '', sparkVersion: '4.2.0' });
  void cluster.stop();
  expect(cluster.view).toMatchObject({ state: 'TERMINATING', message: 'Spark is ending.' });
});

test('work of one cluster runs one after the other on one process', async () => {
  const { pool, launched, process } = setUp(0);
  const cluster = new TaskCluster(pool);
  const [first, second] = [runOn(cluster, 'first'), runOn(cluster, 'second')];
  await settle();
  await process(0).comeUp();
  expect([first.started, second.started]).toEqual([true, false]);
  await process(0).answer(exited);
  expect([first.end, second.started]).toEqual([exited, true]);
  await process(0).answer(exited);
  expect(second.end).toEqual(exited);
  expect([process(0).calls, launched.length]).toEqual([['first', 'second'], 1]);
});

test('aborted work is over when its process is gone, and the next gets another process', async () => {
  const { pool, process } = setUp(0);
  const cluster = new TaskCluster(pool);
  const controller = new AbortController();
  const [first, second] = [runOn(cluster, 'first', controller.signal), runOn(cluster, 'second')];
  await settle();
  await process(0).comeUp();
  controller.abort();
  await settle();
  expect([process(0).stops, first.end]).toEqual([1, undefined]);
  await process(0).vanish();
  expect(first.end).toEqual({ kind: 'stopped' });
  await process(1).comeUp();
  expect(second.started).toBe(true);
});

test('work that is aborted while it waits for its turn gives up its place', async () => {
  const { pool, process } = setUp(0);
  const cluster = new TaskCluster(pool);
  const controller = new AbortController();
  const first = runOn(cluster, 'first');
  const second = runOn(cluster, 'second', controller.signal);
  const third = runOn(cluster, 'third');
  await settle();
  await process(0).comeUp();
  controller.abort();
  await settle();
  expect([first.end, second.end]).toEqual([undefined, { kind: 'stopped' }]);
  await process(0).answer(exited);
  expect([first.end, third.started]).toEqual([exited, true]);
  expect(process(0).calls).toEqual(['first', 'third']);
});

test('a process that does not come up loses its work with the reason', async () => {
  const { pool, process } = setUp(0);
  const seen = runOn(new TaskCluster(pool), 'first');
  await settle();
  await process(0).comeUp('no Java here');
  await process(0).vanish();
  expect(seen).toEqual({ started: false, end: { kind: 'lost', message: 'no Java here' } });
});
