import { parseList, parseRunId, parseSubmit, parseToken } from '../../../../../infra/local/databricks/jobs/requests.ts';

function notebook(key: string, more: object = {}) {
  return {
    task_key: key,
    existing_cluster_id: 'local',
    notebook_task: { notebook_path: `/Shared/pinflow/${key}` },
    ...more,
  };
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
  return 'accepted';
}

function refuse(...tasks: object[]): string {
  return refusal(() => parseSubmit({ tasks }));
}

test('a submit gets its defaults, and numbers may be text', () => {
  const task = { notebook_task: { notebook_path: '/Shared/pinflow/clean', base_parameters: { a: '1' } } };
  expect(parseSubmit({ tasks: [{ ...task, task_key: 'clean', timeout_seconds: '60' }] })).toEqual({
    name: 'Untitled',
    timeoutSeconds: 0,
    tasks: [
      {
        key: 'clean',
        notebookPath: '/Shared/pinflow/clean',
        parameters: { a: '1' },
        dependsOn: [],
        cluster: 'new',
        timeoutSeconds: 60,
      },
    ],
  });
});

test('a task runs on the warm cluster only when it names it', () => {
  const tasks = [notebook('a'), { ...notebook('b'), existing_cluster_id: undefined, new_cluster: { num_workers: 1 } }];
  expect(parseSubmit({ tasks }).tasks.map(({ cluster }) => cluster)).toEqual(['local', 'new']);
});

test('a token of 64 characters is taken, one of 65 is refused, an empty one is none', () => {
  expect(parseToken({ idempotency_token: 'x'.repeat(64) })).toHaveLength(64);
  expect(parseToken({ idempotency_token: '' })).toBeUndefined();
  expect(refusal(() => parseToken({ idempotency_token: 'x'.repeat(65) }))).toBe(
    'INVALID_PARAMETER_VALUE: idempotency_token: must have at most 64 characters',
  );
});

test.each<[string, object[], string]>([
  ['no task', [], 'tasks: Too small: expected array to have >=1 items'],
  ['a key used twice', [notebook('a'), notebook('a')], 'task_key "a" is used twice'],
  [
    'an unknown dependency',
    [notebook('a', { depends_on: [{ task_key: 'b' }] })],
    'task "a" depends on "b", which is not in the run',
  ],
  [
    'a circle',
    [
      notebook('a', { depends_on: [{ task_key: 'b' }] }),
      notebook('b', { depends_on: [{ task_key: 'a' }] }),
      notebook('c'),
    ],
    'tasks depend on each other in a circle: "a", "b"',
  ],
  [
    'another kind of task',
    [{ task_key: 'a', sql_task: { file: { path: '/x' } } }],
    'task "a": sql_task is not served by this local server, only notebook_task',
  ],
  ['an unknown cluster', [notebook('a', { existing_cluster_id: '12' })], 'task "a": Cluster 12 does not exist.'],
  ['run_if', [notebook('a', { run_if: 'ALL_DONE' })], 'task "a": run_if ALL_DONE is not served by this local server'],
  ['retries', [notebook('a', { max_retries: 2 })], 'task "a": max_retries is not served by this local server'],
  [
    'a path that climbs',
    [notebook('a', { notebook_task: { notebook_path: '/Shared/pinflow/../../etc/x' } })],
    'task "a": notebook_path must not contain ".."',
  ],
  [
    'a relative path',
    [notebook('a', { notebook_task: { notebook_path: 'x' } })],
    'tasks.0.notebook_task.notebook_path: must be absolute',
  ],
])('a submit with %s is refused by name', (_what, tasks, message) => {
  expect(refuse(...tasks)).toBe(`INVALID_PARAMETER_VALUE: ${message}`);
});

test('booleans and numbers of a list may be text in any case', () => {
  expect(parseList({ active_only: 'True', limit: '5' })).toEqual({ activeOnly: true, completedOnly: false, limit: 5 });
  expect(parseList({ active_only: 'False', limit: 0 })).toEqual({ activeOnly: false, completedOnly: false, limit: 25 });
  expect(refusal(() => parseList({ active_only: 'true', completed_only: 'true' }))).toBe(
    'INVALID_PARAMETER_VALUE: active_only and completed_only exclude each other',
  );
});

test('a run id is a whole number, also as text', () => {
  expect(parseRunId({ run_id: '179557444800007' })).toBe(179557444800007);
  expect(refusal(() => parseRunId({ run_id: 'x' }))).toContain('INVALID_PARAMETER_VALUE: run_id:');
});
