import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { jobs } from '@databricks/sdk';
import { findByCommand } from '../../infra/local/databricks/clusters/process-tree.ts';
import { RealServer } from '../infra/local/databricks/real-server.ts';
import { readToolchain } from '../support/read-toolchain.ts';

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start({ spares: 1 });
});
afterAll(() => server.remove());

const WORKSPACE = '/Shared/pinflow';

function notebook(key: string, parameters: Record<string, string> = {}): jobs.SubmitTask {
  const notebook_task = { notebook_path: `${WORKSPACE}/${key}`, base_parameters: parameters };
  return { task_key: key, existing_cluster_id: 'local', notebook_task };
}

function script(file: string, ...parameters: string[]): jobs.SubmitTask {
  const spark_python_task = { python_file: `${WORKSPACE}/scripts/${file}`, parameters };
  return { task_key: file.replace('.py', ''), existing_cluster_id: 'local', spark_python_task };
}

async function submit(...tasks: jobs.SubmitTask[]): Promise<number> {
  const { run_id } = await server.client.jobs.submit({ run_name: 'work', tasks });
  if (run_id === undefined) throw new Error('no run id');
  return run_id;
}

/** Outputs of a run's tasks in order, after its end. */
async function run(...tasks: jobs.SubmitTask[]): Promise<jobs.RunOutput[]> {
  const ended = await server.waitForEnd(await submit(...tasks));
  return Promise.all((ended.tasks ?? []).map(({ run_id }) => server.client.jobs.getRunOutput({ run_id: run_id ?? 0 })));
}

function readOutputFile(output: jobs.RunOutput | undefined, name: string): string {
  return readFileSync(join(server.folder, 'state/outputs', String(output?.metadata?.run_id), name), 'utf8');
}

function alive(pids: readonly number[]): number[] {
  const all = new Set(findByCommand(''));
  return pids.filter((pid) => all.has(pid));
}

test('check 23: task values flow to later tasks and into their parameters, and 48 KiB + 1 are refused', async () => {
  const get = {
    ...notebook('get-values', { rows: '{{tasks.set-values.values.rows}}' }),
    depends_on: [{ task_key: 'set-values' }],
  };
  const [set, got] = await run(notebook('set-values'), get);
  expect(set?.notebook_output?.result).toBe('the value of "huge" has 49154 bytes as JSON, more than 49152');
  expect(JSON.parse(got?.notebook_output?.result ?? '')).toEqual([7, ['mon', { a: null }], 'default', '7']);
});

test('a secret that was read is shown nowhere', async () => {
  await server.post('2.0/secrets/scopes/create', { scope: 'db' });
  await server.post('2.0/secrets/put', { scope: 'db', key: 'password', string_value: 'geheim99' });
  const [good] = await run(notebook('secrets', { raise: 'no' }));
  const [bad] = await run(notebook('secrets', { raise: 'yes' }));
  expect(good?.notebook_output?.result).toBe('8 [REDACTED]');
  expect(bad?.error).toBe('ValueError: wrong: [REDACTED]');
  const shown = [good, bad].flatMap((output) => [
    JSON.stringify(output),
    readOutputFile(output, 'stdout.log'),
    readOutputFile(output, 'displays.jsonl'),
  ]);
  expect(shown.filter((text) => text.includes('[REDACTED]')).length).toBeGreaterThanOrEqual(5);
  expect(shown.filter((text) => text.includes('geheim99'))).toEqual([]);
});

test('a notebook runs others, with values of their own, and hears of their failures', async () => {
  const [output] = await run(notebook('runs-others'));
  expect(JSON.parse(output?.notebook_output?.result ?? output?.error ?? '')).toEqual([
    ...['got 5', 'got nothing', 'ValueError', 'NotebookTimeout', 'FileNotFoundError'],
    1,
  ]);
});

test('a Python file gets its arguments, its folder and a session, and leaves nothing behind', async () => {
  const file = join(server.createRoot('script'), 'record.json');
  const [good] = await run(script('script.py', file, '3', '0'));
  expect(good?.logs).toBe('counted 3\n');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ argv: [file, '3', '0'], rows: 3, beside: 'beside' });
  const [bad] = await run(script('exits.py'));
  expect(bad?.error).toBe('SystemExit: 3');
});

test('a wheel runs by its entry point, from DBFS, with named parameters', async () => {
  const folder = server.createRoot('wheel');
  const built = spawnSync(readToolchain().python, ['-c', BUILD_WHEEL], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(built.stderr).toBe('');
  const contents = readFileSync(join(folder, 'greet-1.0-py3-none-any.whl')).toString('base64');
  await server.post('2.0/dbfs/put', { path: '/wheels/greet-1.0-py3-none-any.whl', contents });
  const [output] = await run({
    ...{ task_key: 'wheel', existing_cluster_id: 'local' },
    python_wheel_task: { package_name: 'greet', entry_point: 'hello', named_parameters: { to: 'Ann' } },
    libraries: [{ whl: 'dbfs:/wheels/greet-1.0-py3-none-any.whl' }],
  });
  expect([output?.error, output?.logs]).toEqual([undefined, "hello ['greet', '--to=Ann']\n"]);
  const [gone] = await run({
    ...{ task_key: 'wheel', existing_cluster_id: 'local' },
    python_wheel_task: { package_name: 'greet', entry_point: 'hello' },
  });
  expect(gone?.error).toBe("ModuleNotFoundError: No module named 'greet'");
});

const BUILD_WHEEL = `
import zipfile
with zipfile.ZipFile("greet-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("greeting/__init__.py", "import sys\\n\\ndef main():\\n    print('hello', sys.argv)\\n")
    wheel.writestr("greet-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: greet\\nVersion: 1.0\\n")
    wheel.writestr("greet-1.0.dist-info/entry_points.txt", "[console_scripts]\\nhello = greeting:main\\n")
`;

test('a file of SQL runs statement by statement with parameters, and shows the last result', async () => {
  const content = Buffer.from(
    "create temp view v as select ';' as mark; -- a comment;\nselect mark, :n + 1 as next from v;\n",
  );
  await server.post('2.0/workspace/import', {
    path: '/query.sql',
    format: 'AUTO',
    content: content.toString('base64'),
  });
  const [output] = await run({
    ...{ task_key: 'sql', existing_cluster_id: 'local' },
    sql_task: { file: { path: '/query.sql' }, parameters: { n: '41' }, warehouse_id: 'any' },
  });
  expect(output?.error).toBeUndefined();
  expect(JSON.parse(readOutputFile(output, 'displays.jsonl'))).toMatchObject({
    columns: ['mark', 'next'],
    rows: [[';', 42]],
  });
});

test('a task of its own takes the warm spare at once, ends with it, and two at the same time never mix their parameters', async () => {
  const folder = server.createRoot('parallel');
  const files = ['one', 'two'].map((name) => join(folder, name));
  const [one, two] = files.map((file, index) => {
    const { existing_cluster_id: _, ...alone } = script('script.py', file, String(index + 5), '8');
    return { ...alone, task_key: `task-${index}` };
  });
  if (one === undefined || two === undefined) throw new Error('no tasks');
  await server.waitFor('the spare is there', async () => (server.findExecutors().length >= 4 ? true : undefined));
  const before = server.findExecutors();
  const ended = await server.waitForEnd(await submit(one, two));
  expect(ended.state?.result_state).toBe('SUCCESS');
  // The cluster `local` is left; the spare has ended with its task.
  expect(alive(before)).toHaveLength(before.length - 2);
  const records = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
  expect(records).toMatchObject(
    files.map((file, index) => ({ argv: [file, String(index + 5), '8'], rows: index + 5 })),
  );
  const [first, second] = records;
  expect(Math.max(first.began, second.began)).toBeLessThan(Math.min(first.ended, second.ended));
});

test('check 18: a task that is out of time is TIMEDOUT when its process is gone', async () => {
  const before = server.findExecutors();
  const runId = await submit({ ...notebook('sleeps'), timeout_seconds: 2 });
  const ended = await server.waitForEnd(runId);
  const after = alive(before);
  expect(ended.tasks?.[0]?.state).toMatchObject({ life_cycle_state: 'TERMINATED', result_state: 'TIMEDOUT' });
  expect(after.length).toBeLessThan(before.length);
});
