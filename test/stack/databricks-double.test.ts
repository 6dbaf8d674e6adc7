import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { jobs } from '@databricks/sdk';
import { findByCommand } from '../../infra/local/databricks/clusters/process-tree.ts';
import { RealServer } from '../infra/local/databricks/real-server.ts';
import { IS_FULL } from '../support/report-fault.ts';

/** Of two cancels each; the long form has the ten that Databricks' contract is checked by. */
const CANCEL_ROUNDS = IS_FULL ? 5 : 1;

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
});
afterAll(() => server.remove());

type Parameters = Record<string, string>;

function task(key: string, parameters: Parameters, more: Partial<jobs.SubmitTask> = {}): jobs.SubmitTask {
  return {
    task_key: key,
    existing_cluster_id: 'local',
    notebook_task: { notebook_path: `/Shared/pinflow/${key}`, base_parameters: parameters },
    ...more,
  };
}

async function submit(tasks: jobs.SubmitTask[], token?: string): Promise<number> {
  const request = { run_name: 'test', tasks, ...(token !== undefined && { idempotency_token: token }) };
  const { run_id } = await server.client.jobs.submit(request);
  if (run_id === undefined) throw new Error('no run id');
  return run_id;
}

function writeThenRead(write: Parameters, read: Parameters): jobs.SubmitTask[] {
  return [task('write', write), task('read', read, { depends_on: [{ task_key: 'write' }] })];
}

/** Exit values of a run's notebooks in the order of its tasks. */
async function readResults(run: jobs.Run): Promise<(string | undefined)[]> {
  const outputs = (run.tasks ?? []).map(({ run_id }) => server.client.jobs.getRunOutput({ run_id: run_id ?? 0 }));
  return (await Promise.all(outputs)).map((output) => output.notebook_output?.result);
}

/** Starts the notebook that sleeps in a Python worker of a Spark job; gives the run and every process that works on it. */
async function startSleeping(name: string): Promise<{ runId: number; pids: number[] }> {
  const root = server.createRoot(name);
  const runId = await submit([task('sleep', { root })]);
  const pids = [...server.findExecutors(), await readWorker(root)];
  // The interpreter, its JVM and the worker.
  expect(pids.length).toBeGreaterThanOrEqual(3);
  return { runId, pids };
}

/** Process id of the Python worker of Spark that the notebook `sleep` sleeps in. */
function readWorker(root: string): Promise<number> {
  const file = join(root, 'worker');
  return server.waitFor('the Spark job has a Python worker', async () =>
    existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined,
  );
}

function alive(pids: readonly number[]): number[] {
  const all = new Set(findByCommand(''));
  return pids.filter((pid) => all.has(pid));
}

test('two runs at once pass their tables on and never mix their parameters', async () => {
  const [one, two] = [server.createRoot('one'), server.createRoot('two')];
  const ids = [
    await submit(writeThenRead({ root: one, rows: '3' }, { root: one, of: 'one' })),
    await submit(writeThenRead({ root: two }, { root: two })),
  ];
  expect((await server.client.clusters.get({ cluster_id: 'local' })).state).toMatch(/^(PENDING|RUNNING)$/);
  const [first, second] = await Promise.all(ids.map((id) => server.waitForEnd(id)));
  if (first === undefined || second === undefined) throw new Error('runs are missing');
  expect(first.state).toMatchObject({ life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' });
  const seen = { answer: 42, greeting: 'hello', views: [] };
  const parse = ([written, read]: (string | undefined)[]) => [written, JSON.parse(String(read))];
  expect(parse(await readResults(first))).toEqual(['3', { ...seen, rows: 3, parameters: { root: one, of: 'one' } }]);
  expect(parse(await readResults(second))).toEqual(['1', { ...seen, rows: 1, parameters: { root: two } }]);
  const log = join(server.folder, 'state/outputs', String(first.tasks?.[0]?.run_id), 'stdout.log');
  expect(readFileSync(log, 'utf8')).toBe('wrote 3\n');
});

test('the same token gives one run and one execution', async () => {
  const root = server.createRoot('token');
  const first = await submit([task('write', { root })], 'token-1');
  expect(await submit([task('write', { root })], 'token-1')).toBe(first);
  await server.waitForEnd(first);
  expect(await submit([task('write', { root })], 'token-1')).toBe(first);
  expect(readFileSync(join(root, 'executions'), 'utf8')).toBe('x');
});

test('check 21: a failed notebook tells its error and the lines of its own files, and the next run sees edited modules', async () => {
  const failed = await server.waitForEnd(await submit([task('fail', {}), task('undefined-widget', {})]));
  expect(failed.state).toMatchObject({
    life_cycle_state: 'INTERNAL_ERROR',
    result_state: 'FAILED',
    state_message: 'Task fail failed with message: Workload failed, see run output for details.',
  });
  const [fail, widget] = await Promise.all(
    (failed.tasks ?? []).map(({ run_id }) => server.client.jobs.getRunOutput({ run_id: run_id ?? 0 })),
  );
  expect(fail?.error).toBe('ValueError: bad row 7');
  // Python 3.11 marks the place within the line, 3.10 does not.
  expect(fail?.error_trace?.replaceAll(/^ *[~^]+\n/gm, '')).toBe(`Traceback (most recent call last):
  File "${server.notebooks}/fail.py", line 9, in <module>
    fail(7)
  File "${server.notebooks}/words/failing.py", line 2, in fail
    raise ValueError(f"bad row {number}")
ValueError: bad row 7
`);
  expect(widget?.error).toBe('InputWidgetNotDefined: no input widget named "nobody gave this" is defined');

  writeFileSync(join(server.notebooks, 'words/failing.py'), 'def fail(number):\n    pass\n');
  const repaired = await server.waitForEnd(await submit([task('fail', {})]));
  expect(repaired.state?.result_state).toBe('SUCCESS');
});

test('check 20: an exit value is cut at 5 MB, a display at 10,000 rows, and files of the machine are at hand', async () => {
  const run = await server.waitForEnd(await submit([task('limits', { root: server.createRoot('limits') })]));
  const taskRunId = run.tasks?.[0]?.run_id ?? 0;
  const { error, notebook_output } = await server.client.jobs.getRunOutput({ run_id: taskRunId });
  expect(error).toBeUndefined();
  expect([notebook_output?.result?.length, notebook_output?.truncated]).toEqual([5 * 1024 * 1024, true]);
  const file = join(server.folder, 'state/outputs', String(taskRunId), 'displays.jsonl');
  const [table, words] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect([table.columns, table.rows.length, table.rows[9_999], table.truncated]).toEqual([
    ['id'],
    10_000,
    [9_999],
    true,
  ]);
  expect(words).toEqual({ text: 'words' });
});

test('a cancel in the middle of a Spark job leaves no process of it, and the cluster runs again', async () => {
  const { runId, pids } = await startSleeping('cancelled');
  await server.client.jobs.cancelRun({ run_id: runId });
  const run = await server.waitForEnd(runId);
  expect(alive(pids)).toEqual([]);
  expect(run.state).toMatchObject({ life_cycle_state: 'TERMINATED', result_state: 'CANCELED' });
  expect(run.status?.termination_details?.code).toBe('USER_CANCELED');
  const root = server.createRoot('after-cancel');
  const next = await server.waitForEnd(await submit([task('write', { root })]));
  expect(next.state?.result_state).toBe('SUCCESS');
});

test('check 6: a cancel ends everything of a notebook within ten seconds and only then the run, every time', async () => {
  const seconds: number[] = [];
  for (let round = 0; round < CANCEL_ROUNDS; round++) {
    const before = server.findExecutors();
    const roots = ['a', 'b'].map((name) => server.createRoot(`cancel-${round}-${name}`));
    const { existing_cluster_id: _, ...alone } = task('sleep', {});
    const runIds = await Promise.all(
      roots.map((root) => {
        const notebook_task = { notebook_path: '/Shared/pinflow/sleep', base_parameters: { root } };
        return submit([{ ...alone, notebook_task }]);
      }),
    );
    const workers = await Promise.all(roots.map((root) => readWorker(root)));
    const pids = [...server.findExecutors().filter((pid) => !before.includes(pid)), ...workers];
    expect(alive(pids).length).toBeGreaterThanOrEqual(6);
    const began = Date.now();
    await Promise.all(runIds.map((run_id) => server.client.jobs.cancelRun({ run_id })));
    for (const runId of runIds) {
      const { state, end_time } = await server.waitForEnd(runId);
      expect(state?.result_state).toBe('CANCELED');
      seconds.push(((end_time ?? 0) - began) / 1000);
    }
    expect(alive(pids)).toEqual([]);
  }
  expect(seconds).toHaveLength(2 * CANCEL_ROUNDS);
  expect(Math.max(...seconds)).toBeLessThan(10);
});

test('check 30: a server that is killed takes its Spark with it, and tells after the restart what became of three runs', async () => {
  const finished = await submit([task('write', { root: server.createRoot('before-kill') })]);
  await server.waitForEnd(finished);
  const { runId, pids } = await startSleeping('killed');
  const queued = await submit([task('sleep', { root: server.createRoot('queued') })]);
  const { existing_cluster_id: _, ...alone } = task('sleep', { root: server.createRoot('alone') });
  const starting = await submit([alone]);
  const added = await server.waitFor('a cluster of its own starts', async () => {
    const more = server.findExecutors().filter((pid) => !pids.includes(pid));
    return more.length > 0 ? more : undefined;
  });
  await server.end('SIGKILL');
  const left = () => alive([...pids, ...added]).length;
  await server.waitFor('everything of the server is gone', async () => (left() === 0 ? true : undefined));
  await server.start();
  for (const run_id of [runId, queued, starting]) {
    const { state, status, end_time } = await server.client.jobs.getRun({ run_id });
    expect(state).toMatchObject({
      life_cycle_state: 'INTERNAL_ERROR',
      state_message: 'The server stopped while this was running.',
    });
    expect([status?.termination_details?.type, (end_time ?? 0) > 0]).toEqual(['INTERNAL_ERROR', true]);
  }
  expect((await server.client.jobs.getRun({ run_id: finished })).state?.result_state).toBe('SUCCESS');
  const root = server.createRoot('after-kill');
  const next = await server.waitForEnd(await submit([task('write', { root })]));
  expect(next.state?.result_state).toBe('SUCCESS');

  const [stopping, executors] = [Date.now(), server.findExecutors()];
  expect(await server.end('SIGTERM')).toBe(0);
  expect(alive(executors)).toEqual([]);
  expect(Date.now() - stopping).toBeLessThan(10_000);
});
