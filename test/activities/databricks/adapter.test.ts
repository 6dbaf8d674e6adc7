import { connect, withWorkspace } from './workspace.ts';

describe('databricks adapter', () => {
  test('submits notebook tasks with token, cluster and parameters', async () => {
    await withWorkspace({ body: { run_id: 7 } }, async (host, requests) => {
      const runId = await connect(host).submitRun({
        runName: 'daily-pinterest-2026-11-22/run-job',
        idempotencyToken: 'abc',
        tasks: [{ key: 'queries', notebook: '/Shared/pinflow/queries', parameters: { a: 'b' }, dependsOn: ['clean'] }],
      });
      expect(runId).toBe('7');
      expect(requests).toMatchObject([
        { method: 'POST', url: '/api/2.2/jobs/runs/submit', authorization: 'Bearer secret' },
      ]);
      expect(JSON.parse(String(requests[0]?.body))).toEqual({
        run_name: 'daily-pinterest-2026-11-22/run-job',
        idempotency_token: 'abc',
        tasks: [
          {
            task_key: 'queries',
            notebook_task: {
              notebook_path: '/Shared/pinflow/queries',
              base_parameters: { a: 'b' },
              source: 'WORKSPACE',
            },
            depends_on: [{ task_key: 'clean' }],
            existing_cluster_id: 'local',
          },
        ],
      });
    });
  });

  test('reads state, end, repairs and the latest attempt of each task, from every page', async () => {
    const task = (run_id: number, attempt_number: number) => ({
      ...{ task_key: 'clean', run_id, attempt_number },
      notebook_task: { notebook_path: '/n', base_parameters: { a: 'b' } },
    });
    const first = {
      run_page_url: 'http://page',
      end_time: 1_700_000_000_000,
      state: { life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' },
      tasks: [task(12, 1), task(11, 0)],
      repair_history: [{ type: 'ORIGINAL' }, { type: 'REPAIR', id: 31 }],
      next_page_token: 'more',
    };
    const second = { tasks: [task(13, 2)], repair_history: [{ type: 'REPAIR', id: 32 }] };
    await withWorkspace(
      ({ url }) => ({ body: url.includes('page_token=more') ? second : first }),
      async (host, requests) => {
        expect(await connect(host).readRun('7')).toEqual({
          runId: '7',
          url: 'http://page',
          state: { state: 'succeeded' },
          endedAt: 1_700_000_000_000,
          tasks: { clean: { runId: '13', parameters: { a: 'b' } } },
          repairs: ['31', '32'],
        });
        expect(requests.map(({ url }) => url)).toEqual([
          '/api/2.2/jobs/runs/get?include_history=true&run_id=7',
          '/api/2.2/jobs/runs/get?include_history=true&page_token=more&run_id=7',
        ]);
      },
    );
  });

  test('gives an active run no end', async () => {
    const body = { state: { life_cycle_state: 'RUNNING' }, end_time: 0 };
    await withWorkspace({ body }, async (host) => {
      expect(await connect(host).readRun('7')).toMatchObject({ endedAt: undefined, tasks: {}, repairs: [] });
    });
  });

  test('reads the value or the error of a task, with the cause of one in Java, and refuses a value that was cut off', async () => {
    await withWorkspace({ body: { notebook_output: { result: '{}' } } }, async (host) => {
      expect(await connect(host).readOutput('7')).toEqual({ result: '{}', error: undefined });
    });
    await withWorkspace({ body: { notebook_output: {}, error: 'no such column' } }, async (host) => {
      expect(await connect(host).readOutput('7')).toEqual({ result: undefined, error: 'no such column' });
    });
    const error = 'Py4JJavaError: An error occurred while calling o93.sql.';
    const trace =
      ': SparkException: Job aborted.\n\tat A.b\nCaused by: c\n\tat D.e\nCaused by: java.io.IOException: disk full\n';
    await withWorkspace({ body: { notebook_output: {}, error, error_trace: trace } }, async (host) => {
      const { error: told } = await connect(host).readOutput('7');
      expect(told).toBe(`${error} Caused by: java.io.IOException: disk full`);
    });
    await withWorkspace({ body: { notebook_output: { result: '{', truncated: true } } }, async (host) => {
      await expect(connect(host).readOutput('7')).rejects.toMatchObject({ code: 'OUTPUT_INVALID' });
    });
  });

  test('repairs all failed tasks or those that are named, and names the latest repair', async () => {
    await withWorkspace({ body: { repair_id: 1 } }, async (host, requests) => {
      const api = connect(host);
      await api.repairRun({ runId: '7', latestRepair: undefined, tasks: 'failed' });
      await api.repairRun({ runId: '7', latestRepair: '31', tasks: ['clean'] });
      expect(requests.map(({ url, body }) => [url, JSON.parse(body) as unknown])).toEqual([
        ['/api/2.2/jobs/runs/repair', { run_id: 7, rerun_all_failed_tasks: true }],
        ['/api/2.2/jobs/runs/repair', { run_id: 7, latest_repair_id: 31, rerun_tasks: ['clean'] }],
      ]);
    });
  });

  test('lists the active submitted runs of every page', async () => {
    await withWorkspace(
      ({ url }) =>
        url.includes('page_token')
          ? { body: { runs: [{ run_id: 2, run_name: 'b' }] } }
          : { body: { runs: [{ run_id: 1, run_name: 'a' }], next_page_token: 'more' } },
      async (host, requests) => {
        expect(await connect(host).listActiveRuns()).toEqual([
          { runId: '1', name: 'a' },
          { runId: '2', name: 'b' },
        ]);
        expect(requests[0]?.url).toBe('/api/2.2/jobs/runs/list?active_only=true&limit=25&run_type=SUBMIT_RUN');
      },
    );
  });

  test.each([
    [503, 'TEMPORARILY_UNAVAILABLE', 'DATABRICKS_UNAVAILABLE'],
    [500, 'INTERNAL_ERROR', 'DATABRICKS_UNAVAILABLE'],
    [429, 'REQUEST_LIMIT_EXCEEDED', 'DATABRICKS_UNAVAILABLE'],
    [409, 'ABORTED', 'DATABRICKS_UNAVAILABLE'],
    [400, 'COULD_NOT_ACQUIRE_LOCK', 'DATABRICKS_UNAVAILABLE'],
    [400, 'INVALID_PARAMETER_VALUE', 'DATABRICKS_REFUSED'],
    [302, 'UNKNOWN', 'DATABRICKS_REFUSED'],
    [401, 'UNAUTHENTICATED', 'DATABRICKS_DENIED'],
    [403, 'PERMISSION_DENIED', 'DATABRICKS_DENIED'],
    [404, 'ENDPOINT_NOT_FOUND', 'DATABRICKS_REFUSED'],
    [404, 'RESOURCE_DOES_NOT_EXIST', 'RUN_GONE'],
  ])('takes %i %s for %s and asks once', async (status, error_code, code) => {
    await withWorkspace({ status, body: { error_code, message: 'because' } }, async (host, requests) => {
      await expect(connect(host).readRun('7')).rejects.toMatchObject({
        code,
        message: `could not read run 7: ${status} ${error_code}: because`,
      });
      expect(requests).toHaveLength(1);
    });
  });

  test('knows a run that does not exist in its other words, too, but not a submit that names something unknown', async () => {
    const body = { error_code: 'INVALID_PARAMETER_VALUE', message: 'Run 7 does not exist.' };
    await withWorkspace({ status: 400, body }, async (host) => {
      await expect(connect(host).readRun('7')).rejects.toMatchObject({ code: 'RUN_GONE' });
      await expect(connect(host).cancelRun('7')).rejects.toMatchObject({ code: 'RUN_GONE' });
      const submit = { runName: 'a', idempotencyToken: 'b', tasks: [] };
      await expect(connect(host).submitRun(submit)).rejects.toMatchObject({ code: 'DATABRICKS_REFUSED' });
    });
  });
});
