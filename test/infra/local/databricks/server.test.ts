import { exited, raised } from './clusters/fake-compute.ts';
import { ServerFixture, TOKEN } from './server-fixture.ts';

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(() => fixture.close());

function notebook(key: string, more: object = {}) {
  return {
    task_key: key,
    existing_cluster_id: 'local',
    notebook_task: { notebook_path: `/Shared/pinflow/${key}` },
    ...more,
  };
}
const daily = {
  run_name: 'daily/run-job',
  tasks: [notebook('clean'), notebook('queries', { depends_on: [{ task_key: 'clean' }] })],
};

async function submit(body: object = daily): Promise<number> {
  const answer = await fixture.post('jobs/runs/submit', body);
  expect(answer).toEqual({ status: 200, body: { run_id: expect.any(Number) } });
  return answer.body.run_id;
}

test.each(['2.0', '2.1', '2.2'])('version %s of the API runs two tasks and gives their results', async (version) => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const send = async (method: 'GET' | 'POST', path: string, more: object) =>
    (await fixture.server.inject({ method, url: `/api/${version}/jobs/runs/${path}`, headers, ...more })).json();
  const { run_id } = await send('POST', 'submit', { payload: daily });
  for (const name of ['clean', 'queries']) {
    fixture.compute.find(name).start();
    await fixture.compute.find(name).end({ ...exited, result: `result of ${name}` });
  }
  const run = await send('GET', 'get', { query: { run_id } });
  expect(run.state).toMatchObject({ life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' });
  const output = await send('GET', 'get-output', { query: { run_id: run.tasks[1].run_id } });
  expect(output.notebook_output).toEqual({ result: 'result of queries', truncated: false });
});

test('a run tells everything that clients look for, also of tasks that have not started', async () => {
  const runId = await submit();
  const { body } = await fixture.get('jobs/runs/get', { run_id: runId });
  expect(body).toMatchObject({
    run_id: runId,
    job_id: expect.any(Number),
    run_name: 'daily/run-job',
    run_page_url: `http://local:1/?o=0#job/${body.job_id}/run/${runId}`,
    run_type: 'SUBMIT_RUN',
    format: 'MULTI_TASK',
    state: { life_cycle_state: 'PENDING' },
    status: { state: 'PENDING' },
    end_time: 0,
    setup_duration: 0,
    execution_duration: 0,
    cleanup_duration: 0,
  });
  expect(body.tasks).toMatchObject([
    { task_key: 'clean', depends_on: [], run_if: 'ALL_SUCCESS', state: { life_cycle_state: 'PENDING' } },
    { task_key: 'queries', depends_on: [{ task_key: 'clean' }], state: { life_cycle_state: 'BLOCKED' } },
  ]);
  for (const task of body.tasks) {
    expect(task).toMatchObject({ run_id: expect.any(Number), start_time: expect.any(Number), end_time: 0 });
  }
});

test('the output of a failed notebook has the error, its trace and no result', async () => {
  const runId = await submit({ tasks: [notebook('clean')] });
  await fixture.compute.find('clean').end(raised);
  const { body } = await fixture.get('jobs/runs/get-output', { run_id: runId });
  expect(body).toMatchObject({
    error: 'ValueError: bad',
    error_trace: 'Traceback\nValueError: bad',
    notebook_output: {},
  });
  expect(body.metadata.state).toEqual({
    life_cycle_state: 'TERMINATED',
    result_state: 'FAILED',
    state_message: 'Workload failed, see run output for details',
    user_cancelled_or_timedout: false,
  });
});

test('the output of a run with two tasks is refused', async () => {
  const answer = await fixture.get('jobs/runs/get-output', { run_id: await submit() });
  expect(answer).toMatchObject({ status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE' } });
});

test('the same token gives the same run, whatever its state, whatever the body, also after a restart', async () => {
  const body = { tasks: [notebook('clean')], idempotency_token: 'token' };
  const runId = await submit(body);
  await fixture.compute.find('clean').end(raised);
  expect(await submit({ ...body, tasks: [] })).toBe(runId);
  fixture.restart();
  expect(await submit(body)).toBe(runId);
  expect(fixture.compute.executions).toEqual([]);
});

test('a cancel answers an empty object, before and after the end', async () => {
  const runId = await submit();
  expect(await fixture.post('jobs/runs/cancel', { run_id: runId })).toEqual({ status: 200, body: {} });
  expect((await fixture.get('jobs/runs/get', { run_id: runId })).body.state.life_cycle_state).toBe('TERMINATING');
  await fixture.compute.find('clean').end({ kind: 'stopped' });
  expect(await fixture.post('jobs/runs/cancel', { run_id: String(runId) })).toEqual({ status: 200, body: {} });
  expect((await fixture.get('jobs/runs/get', { run_id: runId })).body.state.result_state).toBe('CANCELED');
});

test('a list is newest first, cut at the limit, and can hold only what is active', async () => {
  const [older, newer] = [await submit({ tasks: [notebook('clean')] }), await submit({ tasks: [notebook('other')] })];
  await fixture.compute.find('clean').end(exited);
  const ids = async (query: Record<string, string>) => {
    const { body } = await fixture.get('jobs/runs/list', query);
    return [body.runs.map((run: { run_id: number }) => run.run_id), body.has_more];
  };
  expect(await ids({})).toEqual([[newer, older], false]);
  expect(await ids({ limit: '1' })).toEqual([[newer], true]);
  expect(await ids({ active_only: 'true' })).toEqual([[newer], false]);
  expect(await ids({ completed_only: 'True' })).toEqual([[older], false]);
});

test('an unknown run is a 400 that says "does not exist", for every call that names one', async () => {
  const expected = { status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE', message: 'Run 42 does not exist.' } };
  expect(await fixture.get('jobs/runs/get', { run_id: 42 })).toEqual(expected);
  expect(await fixture.get('jobs/runs/get-output', { run_id: 42 })).toEqual(expected);
  expect(await fixture.post('jobs/runs/cancel', { run_id: 42 })).toEqual(expected);
});

test('a request without the token is refused before anything is looked up', async () => {
  for (const authorization of [undefined, 'Bearer other', TOKEN]) {
    for (const url of ['/api/2.2/jobs/runs/get?run_id=42', '/api/2.2/nothing']) {
      const headers = authorization === undefined ? {} : { authorization };
      const response = await fixture.server.inject({ url, headers });
      expect(response.statusCode).toBe(401);
      expect(response.headers['www-authenticate']).toBe('Bearer realm="databricks"');
      expect(response.json()).toEqual({ error_code: 'UNAUTHENTICATED', message: 'the request carries no valid token' });
    }
  }
});

test('an unknown path is answered with ENDPOINT_NOT_FOUND', async () => {
  expect(await fixture.post('jobs/runs/repair', {})).toEqual({
    status: 404,
    body: { error_code: 'ENDPOINT_NOT_FOUND', message: "No API found for 'POST /api/2.2/jobs/runs/repair'" },
  });
  expect((await fixture.server.inject({ url: '/.well-known/databricks-config' })).statusCode).toBe(404);
});

test('a GET may carry its parameters in a JSON body', async () => {
  const runId = await submit();
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await fixture.server.inject({ url: '/api/2.2/jobs/runs/get', payload: { run_id: runId }, headers });
  expect(response.json().run_id).toBe(runId);
});

test('a body is read as JSON whatever its type is said to be', async () => {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-www-form-urlencoded' };
  const [method, url, payload] = ['POST', '/api/2.1/jobs/runs/submit', JSON.stringify(daily)] as const;
  expect((await fixture.server.inject({ method, url, payload, headers })).json()).toEqual({
    run_id: expect.any(Number),
  });
});

test('a body that is not JSON is refused as malformed', async () => {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const response = await fixture.server.inject({
    method: 'POST',
    url: '/api/2.2/jobs/runs/submit',
    payload: '{',
    headers,
  });
  expect(response.statusCode).toBe(400);
  expect(response.json()).toEqual({ error_code: 'MALFORMED_REQUEST', message: 'the body is not JSON' });
});

test('the cluster is pending while Spark starts and tells its version when it runs', async () => {
  fixture.view = { ...fixture.view, state: 'PENDING', message: 'Spark is starting.', sparkVersion: undefined };
  const pending = {
    cluster_id: 'local',
    cluster_name: 'local',
    state: 'PENDING',
    state_message: 'Spark is starting.',
    start_time: 1,
  };
  expect((await fixture.get('clusters/get', { cluster_id: 'local' })).body).toEqual(pending);
  expect((await fixture.get('clusters/spark-versions')).body).toEqual({ versions: [] });
  expect((await fixture.post('clusters/restart', { cluster_id: 'local' })).body).toEqual({
    error_code: 'INVALID_STATE',
    message: 'Cluster local is PENDING, not RUNNING.',
  });
  fixture.view = { ...fixture.view, state: 'RUNNING', message: '', sparkVersion: '4.2.0' };
  expect((await fixture.get('clusters/list')).body.clusters).toMatchObject([
    { state: 'RUNNING', spark_version: '4.2.0' },
  ]);
  expect((await fixture.get('clusters/spark-versions')).body).toEqual({
    versions: [{ key: '4.2.0', name: 'Apache Spark 4.2.0' }],
  });
});

test('the cluster restarts when asked to, and an unknown one does not exist', async () => {
  expect(await fixture.post('clusters/restart', { cluster_id: 'local' })).toEqual({ status: 200, body: {} });
  expect(fixture.restarts).toBe(1);
  const unknown = { error_code: 'INVALID_PARAMETER_VALUE', message: 'Cluster 7 does not exist.' };
  expect(await fixture.get('clusters/get', { cluster_id: 7 })).toEqual({ status: 400, body: unknown });
  expect(await fixture.post('clusters/restart', { cluster_id: '7' })).toEqual({ status: 400, body: unknown });
});
