import { exited, raised } from './clusters/fake-compute.ts';
import { behind, notebook, ServerFixture, TOKEN } from './server-fixture.ts';

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(() => fixture.close());

const daily = { run_name: 'daily/run-job', tasks: [notebook('clean'), behind('queries', 'clean')] };

async function inject(request: object) {
  const headers = { authorization: `Bearer ${TOKEN}`, ...(request as { headers?: object }).headers };
  return fixture.application.server.inject({ ...request, headers });
}

test.each(['2.0', '2.1', '2.2'])('version %s of the API runs two tasks and gives their results', async (version) => {
  const { run_id } = await fixture.post(`${version}/jobs/runs/submit`, daily);
  for (const name of ['clean', 'queries']) {
    fixture.compute.find(name).start();
    await fixture.compute.find(name).end({ ...exited, result: `result of ${name}` });
  }
  const run = await fixture.get(`${version}/jobs/runs/get`, { run_id });
  expect(run.state).toMatchObject({ life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' });
  const output = await fixture.get(`${version}/jobs/runs/get-output`, { run_id: run.tasks[1].run_id });
  expect(output.notebook_output).toEqual({ result: 'result of queries', truncated: false });
});

test('a run tells everything that clients look for, also of tasks that have not started', async () => {
  const { run_id: runId } = await fixture.post('jobs/runs/submit', daily);
  const run = await fixture.get('jobs/runs/get', { run_id: runId });
  expect(run).toMatchObject({
    run_id: runId,
    job_id: expect.any(Number),
    run_name: 'daily/run-job',
    run_page_url: `http://local:1/jobs/${run.job_id}/runs/${runId}?o=0`,
    run_type: 'SUBMIT_RUN',
    format: 'MULTI_TASK',
    state: { life_cycle_state: 'PENDING' },
    status: { state: 'PENDING' },
    end_time: 0,
    setup_duration: 0,
    execution_duration: 0,
    cleanup_duration: 0,
  });
  expect(run.tasks).toMatchObject([
    { task_key: 'clean', run_if: 'ALL_SUCCESS', state: { life_cycle_state: 'PENDING' } },
    { task_key: 'queries', depends_on: [{ task_key: 'clean' }], state: { life_cycle_state: 'BLOCKED' } },
  ]);
  for (const task of run.tasks) {
    expect(task).toMatchObject({ run_id: expect.any(Number), start_time: expect.any(Number), end_time: 0 });
    expect(await fixture.get('jobs/runs/get', { run_id: task.run_id })).toMatchObject({
      ...{ run_id: task.run_id, job_run_id: runId, task_key: task.task_key },
    });
  }
});

test('what a task says of its cluster, tags and policy comes back as it was sent', async () => {
  const cluster = { spark_version: '17.3', num_workers: 2, policy_id: 'p-1', custom_tags: { pipeline: 'pinterest' } };
  const { existing_cluster_id: _, ...task } = notebook('a', { new_cluster: cluster });
  const runId = await fixture.submit([task]);
  expect((await fixture.get('jobs/runs/get', { run_id: runId })).tasks[0].new_cluster).toEqual(cluster);
  expect(fixture.compute.find('a').call.cluster).toEqual({ kind: 'own' });
});

test('the output of a failed notebook has the error, its trace and no result', async () => {
  const runId = await fixture.submit([notebook('a')]);
  await fixture.compute.find('a').end(raised);
  const output = await fixture.get('jobs/runs/get-output', { run_id: runId });
  expect(output).toMatchObject({
    error: 'ValueError: bad',
    error_trace: 'Traceback\nValueError: bad',
    notebook_output: {},
  });
  expect(output.metadata.state).toEqual({
    life_cycle_state: 'TERMINATED',
    result_state: 'FAILED',
    state_message: 'Workload failed, see run output for details',
    user_cancelled_or_timedout: false,
  });
});

test('a list of runs is newest first and can hold only what is active, of a job, of a kind or of a time', async () => {
  const jobId = await fixture.createJob({ tasks: [notebook('c')] });
  const [older, newer, ofJob] = [
    await fixture.submit([notebook('a')]),
    await fixture.submit([notebook('b')]),
    await fixture.runNow(jobId),
  ];
  await fixture.compute.find('a').end(exited);
  const ids = async (query: object) =>
    (await fixture.get('jobs/runs/list', query)).runs.map((run: { run_id: number }) => run.run_id);
  expect(await ids({})).toEqual([ofJob, newer, older]);
  expect(await ids({ limit: 1 })).toEqual([ofJob]);
  expect(await ids({ active_only: 'true' })).toEqual([ofJob, newer]);
  expect(await ids({ completed_only: 'True' })).toEqual([older]);
  expect(await ids({ job_id: jobId })).toEqual([ofJob]);
  expect(await ids({ run_type: 'SUBMIT_RUN' })).toEqual([newer, older]);
  expect(await ids({ start_time_to: 1 })).toEqual([]);
});

test('a job is created with the defaults of the platform, changed, reset and deleted', async () => {
  const jobId = await fixture.createJob({ tasks: [notebook('a')], tags: { team: 'x' } });
  const read = async () => (await fixture.get('jobs/get', { job_id: jobId })).settings;
  expect(await read()).toMatchObject({
    ...{ name: 'job', max_concurrent_runs: 1, timeout_seconds: 0, format: 'MULTI_TASK', queue: { enabled: true } },
    ...{ email_notifications: {}, webhook_notifications: {}, tags: { team: 'x' } },
    tasks: [{ task_key: 'a', run_if: 'ALL_SUCCESS', notebook_task: { source: 'WORKSPACE' } }],
  });
  const new_settings = { name: 'other', tasks: [notebook('b')] };
  await fixture.post('jobs/update', { job_id: jobId, new_settings, fields_to_remove: ['tags'] });
  expect(await read()).toMatchObject({ name: 'other', tasks: [{ task_key: 'a' }, { task_key: 'b' }] });
  expect((await read()).tags).toBeUndefined();
  await fixture.post('jobs/update', { job_id: jobId, fields_to_remove: ['tasks/a'] });
  expect((await read()).tasks).toMatchObject([{ task_key: 'b' }]);
  await fixture.post('jobs/reset', { job_id: jobId, new_settings: { name: 'reset', tasks: [notebook('c')] } });
  expect(await read()).toMatchObject({ name: 'reset', tasks: [{ task_key: 'c' }] });
  expect((await fixture.get('jobs/list', { name: 'RESET', expand_tasks: 'True' })).jobs).toMatchObject([
    { job_id: jobId, settings: { tasks: [{ task_key: 'c' }] } },
  ]);
  await fixture.post('jobs/delete', { job_id: jobId });
  expect(await fixture.refuse('GET', 'jobs/get', { job_id: jobId })).toBe(
    `400 INVALID_PARAMETER_VALUE: Job ${jobId} does not exist.`,
  );
});

test('the tasks of a job cluster share it, and the run gives it back', async () => {
  const { existing_cluster_id: _, ...task } = notebook('a', { job_cluster_key: 'small' });
  const other = { ...task, task_key: 'b' };
  const job_clusters = [{ job_cluster_key: 'small', new_cluster: { num_workers: 1 } }];
  const jobId = await fixture.createJob({ tasks: [task, other], job_clusters });
  const runId = await fixture.runNow(jobId);
  const shared = { kind: 'shared', runId, key: 'small' };
  expect(fixture.compute.executions.map(({ call }) => call.cluster)).toEqual([shared, shared]);
  for (const execution of fixture.compute.executions) await execution.end(exited);
  expect(fixture.compute.released).toEqual([runId]);
});

test('a job keeps its permissions, which change principal by principal or as a whole', async () => {
  const jobId = await fixture.createJob({ tasks: [notebook('a')] });
  const send = (method: 'PUT' | 'PATCH' | 'GET', list?: object[]) =>
    fixture.send({
      ...{ method, url: `/api/2.0/permissions/jobs/${jobId}` },
      ...(list !== undefined && { payload: { access_control_list: list } }),
    });
  const levels = async (answer: ReturnType<typeof send>) =>
    (await answer).body.access_control_list.map(
      ({ user_name: user, all_permissions: [first] }: { user_name: string; all_permissions: object[] }) => [
        user,
        first,
      ],
    );
  const entry = (user_name: string, permission_level: string) => ({ user_name, permission_level });
  const told = (user: string, permission_level: string) => [user, { permission_level, inherited: false }];
  await send('PUT', [entry('ann', 'IS_OWNER'), entry('bob', 'CAN_VIEW')]);
  expect(await levels(send('PATCH', [entry('bob', 'CAN_MANAGE')]))).toEqual([
    told('ann', 'IS_OWNER'),
    told('bob', 'CAN_MANAGE'),
  ]);
  await send('PUT', [entry('ann', 'IS_OWNER')]);
  await fixture.restart();
  expect(await levels(send('GET'))).toEqual([told('ann', 'IS_OWNER')]);
});

test('a part of the API that is not served is refused by name, anything else is no path at all', async () => {
  expect(await fixture.refuse('GET', '2.0/sql/warehouses')).toBe(
    '501 NOT_IMPLEMENTED: SQL warehouses: this part of the API is not served by this local server',
  );
  expect(await fixture.refuse('POST', '2.1/clusters/create')).toMatch(/^501 NOT_IMPLEMENTED: making clusters/);
  expect(await fixture.refuse('POST', 'jobs/nothing')).toBe(
    "404 ENDPOINT_NOT_FOUND: No API found for 'POST /api/2.2/jobs/nothing'",
  );
});

test('clients learn who they are and that there is no OAuth here', async () => {
  const me = await inject({ url: '/api/2.0/preview/scim/v2/Me' });
  expect([me.statusCode, me.headers['x-databricks-org-id'], me.json().userName]).toEqual([200, '0', 'local']);
  expect((await inject({ url: '/.well-known/databricks-config', headers: {} })).statusCode).toBe(200);
  expect(
    (await inject({ method: 'POST', url: '/oidc/v1/token', payload: 'grant_type=client_credentials' })).json(),
  ).toEqual({
    error_code: 'NOT_IMPLEMENTED',
    message: 'OAuth: this part of the API is not served by this local server',
  });
  expect((await inject({ method: 'POST', url: '/telemetry-ext', payload: {} })).json()).toEqual({});
});

test('a body is read as JSON whatever its type is said to be, and refused when it is none', async () => {
  const send = (payload: string) =>
    inject({
      ...{ method: 'POST', url: '/api/2.1/jobs/runs/submit', payload },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  expect((await send(JSON.stringify(daily))).json()).toEqual({ run_id: expect.any(Number) });
  const refused = await send('{');
  expect([refused.statusCode, refused.json()]).toEqual([
    400,
    { error_code: 'MALFORMED_REQUEST', message: 'the body is not JSON' },
  ]);
});
