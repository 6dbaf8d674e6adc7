import { parseJobSettings, parseSubmit } from '../../../../../infra/local/databricks/jobs/parse-settings.ts';
import { parseRepair } from '../../../../../infra/local/databricks/jobs/parse-repair.ts';
import { checkRunNow, parseRunNow } from '../../../../../infra/local/databricks/jobs/parse-run-now.ts';
import { refusal } from '../refusal.ts';
import { behind, notebook } from '../server-fixture.ts';

const known = { hasCluster: (id: string) => id === 'local', hasJob: (jobId: number) => jobId === 7 };
const create = (settings: object) => parseJobSettings(settings, { ...known, version: '2.2' });

test('a submit gets its defaults, and numbers may be text', () => {
  const settings = parseSubmit({ tasks: [notebook('a', { timeout_seconds: '60', max_retries: '2' })] }, known);
  expect(settings).toMatchObject({
    ...{ name: 'Untitled', timeout_seconds: 0, max_concurrent_runs: 1, format: 'MULTI_TASK' },
    tasks: [{ task_key: 'a', run_if: 'ALL_SUCCESS', timeout_seconds: 60, max_retries: 2 }],
  });
});

test('fields of a task beside the name of a run are one task with that name, whatever characters it has', () => {
  const body = {
    ...{ run_name: 'group.task 1', notebook_task: { notebook_path: '/x' }, existing_cluster_id: 'local' },
    ...{ libraries: [], timeout_seconds: '600', email_notifications: {} },
  };
  expect(parseSubmit(body, known)).toMatchObject({
    ...{ name: 'group.task 1', timeout_seconds: 600 },
    tasks: [{ task_key: 'group.task 1', existing_cluster_id: 'local', timeout_seconds: 0, libraries: [] }],
  });
});

test('a submit with a task beside its name and with tasks is refused, as nobody can say which is meant', () => {
  const body = { run_name: 'r', notebook_task: { notebook_path: '/x' }, existing_cluster_id: 'local' };
  expect(refusal(() => parseSubmit({ ...body, tasks: [notebook('a')] }, known))).toBe(
    '400 INVALID_PARAMETER_VALUE: give either tasks or notebook_task, not both',
  );
  expect(parseSubmit({ ...body, tasks: [] }, known).tasks).toMatchObject([{ task_key: 'r' }]);
  expect(refusal(() => parseSubmit({ ...body, job_cluster_key: 'x' }, known))).toContain('give only one of');
});

test('fields of a submit that are null or an empty name are as if they were absent', () => {
  const task = notebook('a', { libraries: null, max_retries: null, new_cluster: null, spark_jar_task: null });
  const given = parseSubmit({ run_name: '', tasks: [task], queue: null, git_source: null, notebook_task: null }, known);
  expect(given).toEqual(parseSubmit({ tasks: [notebook('a')] }, known));
  expect(given.name).toBe('Untitled');
});

test('a job queues its runs by default only when it is made through 2.2', () => {
  const settings = { tasks: [notebook('a')] };
  expect(create(settings).queue).toEqual({ enabled: true });
  expect(parseJobSettings(settings, { ...known, version: '2.1' }).queue).toEqual({ enabled: false });
  expect(create({ ...settings, queue: { enabled: 'False' } }).queue).toEqual({ enabled: false });
});

const each = (more: object) => ({ task_key: 'each', for_each_task: { inputs: '[]', task: notebook('n'), ...more } });
const condition = { task_key: 'if', condition_task: { op: 'EQUAL_TO', left: '1', right: '1' } };
const job = { task_key: 'a', run_job_task: { job_id: 7 } };

test.each<[string, object[], string]>([
  ['a key used twice', [notebook('a'), notebook('a')], 'task_key "a" is used twice'],
  ['an unknown dependency', [behind('a', 'b')], 'task "a": depends on "b", which is not there'],
  ['a circle', [behind('a', 'b'), behind('b', 'a'), notebook('c')], 'tasks depend on each other in a circle: "a", "b"'],
  [
    'another kind',
    [{ task_key: 'a', spark_jar_task: {} }],
    'task "a": spark_jar_task is not served by this local server',
  ],
  [
    'another kind within a loop',
    [each({ task: { task_key: 'n', dbt_task: {} } })],
    'task "n": dbt_task is not served by this local server',
  ],
  ['no kind', [{ task_key: 'a' }], 'found none'],
  ['two kinds', [{ ...condition, run_job_task: { job_id: 7 } }], 'found condition_task and run_job_task'],
  ['an unknown cluster', [notebook('a', { existing_cluster_id: '12' })], 'task "a": Cluster 12 does not exist.'],
  [
    'two clusters',
    [notebook('a', { new_cluster: {} })],
    'task "a": give only one of existing_cluster_id and new_cluster',
  ],
  ['a cluster for a condition', [{ ...condition, existing_cluster_id: 'local' }], 'condition_task runs on no cluster'],
  ['a path that climbs', [notebook('a', { notebook_task: { notebook_path: '/a/../b' } })], 'must not contain ".."'],
  [
    'a relative path',
    [notebook('a', { notebook_task: { notebook_path: 'x' } })],
    'tasks.0.notebook_task.notebook_path: must be absolute',
  ],
  [
    'a notebook of git',
    [notebook('a', { notebook_task: { notebook_path: '/x', source: 'GIT' } })],
    'files of source GIT are not served',
  ],
  ['a query', [{ task_key: 'a', sql_task: { query: { query_id: '1' } } }], 'sql_task is served with a file only'],
  ['an unknown run_if', [notebook('a', { run_if: 'MAYBE' })], 'tasks.0.run_if: Invalid option'],
  ['a bad key', [notebook('a b')], 'tasks.0.task_key: must be 1 to 100 letters, digits, "_" or "-"'],
  ['an unknown job', [{ ...job, run_job_task: { job_id: 8 } }], 'task "a": Job 8 does not exist.'],
  ['loops within loops', [each({ task: each({}) })], 'for_each_task cannot hold another for_each_task'],
  ['too much at once', [each({ concurrency: 101 })], 'concurrency 101 is not between 1 and 100'],
  ['inputs that are no array', [each({ inputs: '{}' })], 'inputs "{}" are no JSON array'],
  [
    'a job cluster of nobody',
    [{ ...notebook('a'), existing_cluster_id: undefined, job_cluster_key: 'x' }],
    'job_clusters has no "x"',
  ],
  ['an unknown environment', [notebook('a', { environment_key: 'x' })], 'environments has no "x"'],
  [
    'an outcome of a notebook',
    [notebook('a'), notebook('b', { depends_on: [{ task_key: 'a', outcome: 'true' }] })],
    'only "true" and "false" of a condition task',
  ],
])('a job with %s is refused by name', (_what, tasks, message) => {
  expect(refusal(() => create({ tasks }))).toMatch(/^400 INVALID_PARAMETER_VALUE: /);
  expect(refusal(() => create({ tasks }))).toContain(message);
});

test.each<[object, string]>([
  [
    { schedule: { quartz_cron_expression: '0 0 1 * * ?' } },
    'schedule: is not served by this local server unless its pause_status is PAUSED',
  ],
  [{ notebook_task: { notebook_path: '/x' } }, 'notebook_task: what a job does has to stand in its tasks'],
  [
    {
      job_clusters: [
        { job_cluster_key: 'x', new_cluster: {} },
        { job_cluster_key: 'x', new_cluster: {} },
      ],
    },
    'job_cluster_key "x" is used twice',
  ],
  [{ environments: [{ environment_key: 'x' }, { environment_key: 'x' }] }, 'environment_key "x" is used twice'],
  [
    {
      parameters: [
        { name: 'x', default: '' },
        { name: 'x', default: '' },
      ],
    },
    'the name of a parameter "x" is used twice',
  ],
  [{ git_source: { git_url: 'x' } }, 'git_source: files of a git repository are not served'],
  [{ name: 'x'.repeat(4097) }, 'name: is longer than 4096 bytes'],
  [{ description: 'x'.repeat(27_701) }, 'description: is longer than 27700 characters'],
  [{ tags: Object.fromEntries(Array.from({ length: 26 }, (_, i) => [`t${i}`, ''])) }, 'tags: more than 25'],
  [{ parameters: [{ name: 'a b', default: '' }] }, 'parameters: the name "a b" has more than letters, digits, _ - .'],
  [{ max_concurrent_runs: 1001 }, 'max_concurrent_runs: Too big'],
  [{ tasks: Array.from({ length: 1001 }, (_, i) => notebook(`t${i}`)) }, 'tasks: 1001 are more than 1000'],
  [
    {
      tasks: [
        notebook('a', { notebook_task: { notebook_path: '/x', base_parameters: { a: 'x'.repeat(1024 * 1024) } } }),
      ],
    },
    'base_parameters: 1048584 bytes as JSON are more than 1048576',
  ],
  [
    { tasks: [{ task_key: 'a', spark_python_task: { python_file: '/x', parameters: ['ä'] } }] },
    'parameters: "ä" is not ASCII',
  ],
])('a job beyond what is served or allowed is refused (%#)', (settings, message) => {
  expect(refusal(() => create({ tasks: [notebook('a')], ...settings }))).toContain(message);
});

test('a paused schedule is kept', () => {
  const schedule = { quartz_cron_expression: '0 0 1 * * ?', timezone_id: 'UTC', pause_status: 'PAUSED' };
  expect(create({ tasks: [notebook('a')], schedule })['schedule']).toEqual(schedule);
});

test('a submit without a task, and with a job cluster, is refused', () => {
  expect(refusal(() => parseSubmit({ run_name: 'x' }, known))).toBe(
    '400 INVALID_PARAMETER_VALUE: tasks: give at least one',
  );
  const task = { ...notebook('a'), existing_cluster_id: undefined, job_cluster_key: 'x' };
  expect(refusal(() => parseSubmit({ tasks: [task] }, known))).toContain('cannot be used in a submitted run');
});

test('empty parameters of other kinds are taken, as the Airflow provider sends them, others are refused', () => {
  expect(parseRunNow({ job_id: '7', jar_params: [], notebook_params: {}, python_params: [] })).toEqual({
    ...{ jobId: 7, parameters: {}, only: undefined, queue: undefined },
  });
  expect(refusal(() => parseRunNow({ job_id: 7, jar_params: ['a'], notebook_params: { a: 'b' } }))).toBe(
    '400 INVALID_PARAMETER_VALUE: jar_params and notebook_params exclude each other',
  );
  expect(refusal(() => parseRunNow({ job_id: 7, dbt_commands: ['x'] }))).toContain(
    'dbt_commands is for a kind of task',
  );
  expect(refusal(() => parseRunNow({ job_id: 7, python_params: ['x'.repeat(10_000)] }))).toContain('more than 10000');
});

test('a run of a job names only tasks and parameters that the job has', () => {
  const settings = create({ tasks: [notebook('a')], parameters: [{ name: 'day', default: '' }] });
  const runNow = (more: object) => refusal(() => checkRunNow(parseRunNow({ job_id: 7, ...more }), settings));
  expect(runNow({ only: ['a'], job_parameters: { day: 'x' } })).toBe('accepted');
  expect(parseRunNow({ job_id: 7, only: [] }).only).toBeUndefined();
  expect(refusal(() => checkRunNow(parseRunNow({ job_id: 7 }), create({ name: 'empty' })))).toBe(
    '400 INVALID_PARAMETER_VALUE: job "empty" has no task to run',
  );
  expect(runNow({ only: ['b'] })).toBe('400 INVALID_PARAMETER_VALUE: only: the job has no task "b"');
  expect(runNow({ job_parameters: { hour: 'x' } })).toBe(
    '400 INVALID_PARAMETER_VALUE: job_parameters: the job has no parameter "hour"',
  );
});

test('a repair names tasks or asks for all that failed, never both and never nothing', () => {
  const message = '400 INVALID_PARAMETER_VALUE: give either rerun_tasks or rerun_all_failed_tasks';
  expect(refusal(() => parseRepair({ run_id: 1 }))).toBe(message);
  expect(refusal(() => parseRepair({ run_id: 1, rerun_tasks: ['a'], rerun_all_failed_tasks: true }))).toBe(message);
  expect(parseRepair({ run_id: 1, rerun_tasks: [], rerun_all_failed_tasks: 'True', python_params: ['x'] })).toEqual({
    ...{ runId: 1, rerunTasks: [], rerunAllFailed: true, rerunDependents: false, latestRepairId: undefined },
    parameters: { python_params: ['x'] },
  });
  expect(parseRepair({ run_id: 1, rerun_tasks: ['a'], latest_repair_id: '5' })).toMatchObject({
    ...{ runId: 1, rerunTasks: ['a'], rerunAllFailed: false, latestRepairId: 5 },
  });
});
