import { exited } from './clusters/fake-compute.ts';
import { behind, notebook, ServerFixture, TOKEN } from './server-fixture.ts';

/**
 * What the platform's Jobs API does and clients rely on. The numbers are those of the list of checks that the server was
 * built against; the ones that need Spark or clients of others are in test/stack and test/airflow.
 */

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(() => fixture.close());

const stopped = { kind: 'stopped' } as const;

describe('outputs and parameters', () => {
  test('check 22: the output of a run with two tasks is refused', async () => {
    const runId = await fixture.submit([notebook('a'), notebook('b')]);
    expect(await fixture.refuse('GET', 'jobs/runs/get-output', { run_id: runId })).toMatch(
      /^400 INVALID_PARAMETER_VALUE: Retrieving the output of runs with multiple tasks is not supported/,
    );
  });

  test('check 24: job parameters win over the parameters of a task, those of a call over both', async () => {
    const base_parameters = { day: 'task', hour: 'task', minute: 'task' };
    const task = notebook('a', { notebook_task: { notebook_path: '/Shared/pinflow/a', base_parameters } });
    const parameters = [
      { name: 'day', default: 'job' },
      { name: 'hour', default: 'job' },
    ];
    const jobId = await fixture.createJob({ tasks: [task], parameters });
    const runId = await fixture.runNow(jobId, { job_parameters: { day: 'call' } });
    expect(fixture.compute.find('a').call.work).toMatchObject({
      parameters: { day: 'call', hour: 'job', minute: 'task' },
    });
    expect((await fixture.get('jobs/runs/get', { run_id: runId })).job_parameters).toEqual([
      { name: 'day', default: 'job', value: 'call' },
      { name: 'hour', default: 'job', value: 'job' },
    ]);
  });

  test('check 25: references in parameters are replaced, task values among them', async () => {
    const base_parameters = {
      run: '{{job.run_id}}-{{task.name}}',
      seen: '{{tasks.a.values.rows}} {{tasks.a.result_state}}',
      unknown: '{{nobody.knows}}',
    };
    const b = { ...behind('b', 'a'), notebook_task: { notebook_path: '/Shared/pinflow/b', base_parameters } };
    const runId = await fixture.submit([notebook('a'), b]);
    await fixture.compute.find('a').end({ ...exited, taskValues: { rows: 7 } });
    expect(fixture.compute.find('b').call).toMatchObject({
      work: { parameters: { run: `${runId}-b`, seen: '7 success', unknown: '{{nobody.knows}}' } },
      taskValues: { a: { rows: 7 } },
    });
    const query = { run_id: runId, include_resolved_values: true };
    expect((await fixture.get('jobs/runs/get', query)).tasks[1].resolved_values.notebook_task.base_parameters).toEqual({
      run: `${runId}-b`,
      seen: '7 success',
      unknown: '{{nobody.knows}}',
    });
  });
});

describe('pages of answers', () => {
  const conditions = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      task_key: `t${index}`,
      condition_task: { op: 'EQUAL_TO', left: '1', right: '1' },
    }));

  test('check 26: 101 tasks come in two pages, of jobs and of runs', async () => {
    const jobId = await fixture.createJob({ tasks: conditions(101) });
    const runId = await fixture.runNow(jobId);
    for (const [path, query, pick] of [
      ['jobs/get', { job_id: jobId }, (body: { settings: { tasks: object[] } }) => body.settings.tasks],
      ['jobs/runs/get', { run_id: runId }, (body: { tasks: object[] }) => body.tasks],
    ] as const) {
      const first = await fixture.get(path, query);
      expect(pick(first)).toHaveLength(100);
      const second = await fixture.get(path, { ...query, page_token: first.next_page_token });
      expect(pick(second)).toMatchObject([{ task_key: 't100' }]);
      expect(second.next_page_token).toBeUndefined();
    }
  });

  test('check 26: lists come in pages of 20, up to 25 runs and up to 100 jobs', async () => {
    for (let count = 0; count < 101; count++) await fixture.createJob({ name: `job-${count}`, tasks: conditions(1) });
    for (let count = 0; count < 26; count++) await fixture.submit(conditions(1));
    const jobs = async (query: object) => (await fixture.get('jobs/list', query)).jobs.length;
    const runs = async (query: object) => (await fixture.get('jobs/runs/list', query)).runs.length;
    expect([await jobs({}), await jobs({ limit: 100 })]).toEqual([20, 100]);
    expect([await runs({}), await runs({ limit: 25 }), await runs({ limit: 0 })]).toEqual([20, 25, 25]);
    expect(await fixture.refuse('GET', 'jobs/list', { limit: 101 })).toMatch(/^400 INVALID_PARAMETER_VALUE: limit/);
    expect(await fixture.refuse('GET', 'jobs/runs/list', { limit: 26 })).toMatch(/^400 INVALID_PARAMETER_VALUE: limit/);
    const seen = new Set<number>();
    for (let token: string | undefined = ''; token !== undefined;) {
      const page: { jobs: { job_id: number }[]; next_page_token?: string } = await fixture.get('jobs/list', {
        limit: 25,
        page_token: token,
      });
      for (const { job_id } of page.jobs) seen.add(job_id);
      token = page.next_page_token;
    }
    expect(seen.size).toBe(101);
  });
});

describe('requests', () => {
  test('check 27: an unknown run is a 400 that says "does not exist", for every call that names one', async () => {
    const expected = '400 INVALID_PARAMETER_VALUE: Run 42 does not exist.';
    for (const path of ['jobs/runs/get', 'jobs/runs/get-output'])
      expect(await fixture.refuse('GET', path, { run_id: 42 })).toBe(expected);
    for (const path of ['jobs/runs/cancel', 'jobs/runs/delete', 'jobs/runs/repair'])
      expect(await fixture.refuse('POST', path, { run_id: 42, rerun_all_failed_tasks: true })).toBe(expected);
    expect(await fixture.refuse('GET', 'jobs/get', { job_id: 42 })).toBe(
      '400 INVALID_PARAMETER_VALUE: Job 42 does not exist.',
    );
  });

  test('check 28: a bad token is a 401 with the header that asks for one, before anything is looked up', async () => {
    for (const authorization of [undefined, 'Bearer other', TOKEN]) {
      for (const url of ['/api/2.2/jobs/runs/get?run_id=42', '/api/2.2/nothing']) {
        const headers = authorization === undefined ? {} : { authorization };
        const response = await fixture.application.server.inject({ url, headers });
        expect([response.statusCode, response.headers['www-authenticate']]).toEqual([401, 'Bearer realm="databricks"']);
        expect(response.json()).toEqual({
          error_code: 'UNAUTHENTICATED',
          message: 'the request carries no valid token',
        });
      }
    }
  });

  test('check 33: a GET may carry its parameters as a JSON body', async () => {
    const runId = await fixture.submit([notebook('a')]);
    const answer = await fixture.send({ method: 'GET', url: '/api/2.2/jobs/runs/get', payload: { run_id: runId } });
    expect(answer).toMatchObject({ status: 200, body: { run_id: runId } });
  });

  test('check 34: numbers and booleans may come as text', async () => {
    const cluster = { num_workers: '1', spark_version: '17.3.x-scala2.13' };
    const task = { task_key: 'a', new_cluster: cluster, notebook_task: { notebook_path: '/Shared/pinflow/a' } };
    const runId = await fixture.submit([task], { timeout_seconds: '600' });
    const run = await fixture.get('jobs/runs/get', { run_id: String(runId), include_history: 'True' });
    expect(run).toMatchObject({ timeout_seconds: 600, repair_history: { length: 1 } });
    expect(await fixture.post('jobs/runs/cancel', { run_id: String(runId) })).toEqual({});
    await fixture.compute.find('a').end(stopped);
    expect((await fixture.get('jobs/list', { expand_tasks: 'False', name: 'J' })).jobs ?? []).toEqual([]);
  });
});
