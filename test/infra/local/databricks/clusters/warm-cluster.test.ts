import { WarmCluster } from '../../../../../infra/local/databricks/clusters/warm-cluster.ts';
import { exited } from './fake-compute.ts';
import { fakeLaunches, runOn, settle } from './fake-process.ts';

function setUp() {
  const { processes, launch, process } = fakeLaunches();
  const cluster = new WarmCluster(launch);
  const run = (notebook: string, signal?: AbortSignal) => runOn(cluster, notebook, signal);
  return { cluster, processes, process, run };
}

test('notebooks wait for Spark and then run one after the other in the order they came', async () => {
  const { cluster, process, run } = setUp();
  const [first, second] = [run('first'), run('second')];
  await settle();
  expect([cluster.view.state, first.started]).toEqual(['PENDING', false]);
  await process(0).comeUp();
  expect([first.started, second.started]).toEqual([true, false]);
  await process(0).answer(exited);
  expect([first.end, second.started]).toEqual([exited, true]);
  await process(0).answer(exited);
  expect(second.end).toEqual(exited);
  expect(process(0).calls).toEqual(['first', 'second']);
});

test('the cluster counts as pending while it warms up, and a notebook does not wait for that', async () => {
  const { cluster, process, run } = setUp();
  await process(0).comeUp();
  const early = run('early');
  await settle();
  expect([cluster.view.state, early.started]).toEqual(['PENDING', true]);
  await process(0).warmUp();
  expect(cluster.view).toMatchObject({ state: 'RUNNING', sparkVersion: '4.2.0', message: '' });
});

test('a stopped notebook is over when its process is gone, and the next one gets a new process', async () => {
  const { cluster, process, processes, run } = setUp();
  const stop = new AbortController();
  await process(0).comeUp();
  const [first, second] = [run('first', stop.signal), run('second')];
  await settle();
  stop.abort();
  await settle();
  expect([first.end, process(0).stops > 0, cluster.view.state]).toEqual([undefined, true, 'RESTARTING']);
  await process(0).vanish();
  expect([first.end, second.started]).toEqual([{ kind: 'stopped' }, false]);
  await process(1).comeUp();
  await process(1).answer(exited);
  expect(second.end).toEqual(exited);
  expect(processes).toHaveLength(2);
});

test('a notebook that is stopped while it waits leaves the process alone', async () => {
  const { process, processes, run } = setUp();
  const stop = new AbortController();
  await process(0).comeUp();
  const [first, second, third] = [run('first'), run('second', stop.signal), run('third')];
  stop.abort();
  await settle();
  expect([second.end, second.started]).toEqual([{ kind: 'stopped' }, false]);
  await process(0).answer(exited);
  await process(0).answer(exited);
  expect([first.end, third.end]).toEqual([exited, exited]);
  expect([process(0).calls, processes.length]).toEqual([['first', 'third'], 1]);
});

test('a notebook that is stopped while Spark starts leaves the start to the next one', async () => {
  const { process, processes, run } = setUp();
  const stop = new AbortController();
  const [first, second] = [run('first', stop.signal), run('second')];
  await settle();
  stop.abort();
  await settle();
  expect([first.end, first.started, process(0).stops]).toEqual([{ kind: 'stopped' }, false, 0]);
  await process(0).comeUp();
  await process(0).answer(exited);
  expect([second.end, process(0).calls, processes.length]).toEqual([exited, ['second'], 1]);
});

test('a process that dies under a notebook fails it and is replaced', async () => {
  const { cluster, process, run } = setUp();
  await process(0).comeUp();
  const lost = run('lost');
  await settle();
  await process(0).die();
  await process(0).vanish();
  expect(lost.end).toEqual({ kind: 'lost', message: 'gone' });
  await process(1).comeUp();
  await process(1).warmUp();
  expect(cluster.view.state).toBe('RUNNING');
});

test('a process that dies in its warm-up is an error and not started in a loop', async () => {
  const { cluster, process, processes, run } = setUp();
  await process(0).comeUp();
  await process(0).vanish();
  expect([cluster.view.state, cluster.view.message]).toEqual(['ERROR', 'Spark ended while it warmed up.']);
  expect(processes).toHaveLength(1);
  const late = run('late');
  await settle();
  await process(1).comeUp();
  await process(1).answer(exited);
  expect(late.end).toEqual(exited);
});

test('an idle process that was warm and dies is replaced at once', async () => {
  const { cluster, process, processes } = setUp();
  await process(0).comeUp();
  await process(0).warmUp();
  await process(0).vanish();
  expect([cluster.view.state, processes.length]).toEqual(['RESTARTING', 2]);
});

test('a restart loses the notebook that runs, and the one that waits gets the new process', async () => {
  const { cluster, process, run } = setUp();
  await process(0).comeUp();
  await process(0).warmUp();
  const [first, second] = [run('first'), run('second')];
  await settle();
  cluster.restart();
  await process(0).die();
  expect([first.end, second.started]).toEqual([undefined, false]);
  await process(0).vanish();
  expect(first.end).toEqual({ kind: 'lost', message: 'gone' });
  await process(1).comeUp();
  await process(1).answer(exited);
  expect([second.end, process(0).calls, process(1).calls]).toEqual([exited, ['first'], ['second']]);
});

test('a process that never came up is an error, and is tried again when the next notebook comes', async () => {
  const { cluster, process, processes, run } = setUp();
  const early = run('early');
  await settle();
  await process(0).comeUp('no Java');
  await process(0).vanish();
  expect(early.end).toEqual({ kind: 'lost', message: 'no Java' });
  expect([cluster.view.state, cluster.view.message, processes.length]).toEqual(['ERROR', 'no Java', 1]);
  const late = run('late');
  await settle();
  await process(1).comeUp();
  await process(1).answer(exited);
  expect(late.end).toEqual(exited);
});

test('a restart replaces an idle process, and a stop starts no other', async () => {
  const { cluster, process, processes } = setUp();
  await process(0).comeUp();
  cluster.restart();
  await process(0).vanish();
  await process(1).comeUp();
  await process(1).warmUp();
  expect([cluster.view.state, processes.length]).toEqual(['RUNNING', 2]);
  const stopped = cluster.stop();
  await process(1).vanish();
  await stopped;
  expect(processes).toHaveLength(2);
});
