import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSyntheticSource } from '../../activities/synthetic/adapter.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { backfillId, databricksRunName, dispatchId, scheduleId } from '../../domain/names.ts';
import type { RunPipelineResult } from '../../domain/run.ts';
import type { dispatchDaily } from '../../workflows/dispatch-daily.ts';
import { backfillProgressQuery } from '../../workflows/messages.ts';
import type { AirflowMajor } from '../../infra/local/mwaa/airflow/airflow-settings.ts';
import { AirflowDags, DATE, type DagRun, DUE } from '../support/airflow-dags.ts';
import { pinflow, startWorker, type WorkerProcess } from '../support/processes.ts';
import { listDatabricksRuns, waitUntil } from '../support/running-stack.ts';

/** Generated DAGs, which the scheduler of a real Airflow runs on the real stack. */

/** Enough to start dates and to wait for them, so that a run comes to its first step and stays there. */
const WITHOUT_BULK = { PINFLOW_WORKER_QUEUES: 'pinflow,pinflow-io,pinflow-wait' };

/** The cluster's first job warms Spark. */
jest.setTimeout(300_000);

/** An Airflow of this major for the tests of one describe, and a worker that starts dates. */
function useDags(major: AirflowMajor): () => AirflowDags {
  let dags: AirflowDags;
  let starter: WorkerProcess;
  beforeAll(async () => {
    [dags, starter] = await Promise.all([AirflowDags.start(major), startWorker(WITHOUT_BULK)]);
  });
  afterAll(async () => {
    await starter.stop();
    await dags.stop();
  });
  return () => dags;
}

function specifyFlavours(dags: () => AirflowDags, pipeline: string): void {
  test('a date that Airflow, a schedule, a backfill and a person start at once runs once, and all have its result', async () => {
    const { client } = dags().stack;
    const settings = ['--pipeline', pipeline, '--rows', '3'];
    expect(await pinflow('schedule', 'create', ...settings, '--at', DUE, '--paused')).toMatchObject({ code: 0 });
    const dagRun = await dags().deploy(pipeline, 'temporal');

    const due = `${DATE}T${DUE}:00Z`;
    const byPerson = pinflow('run', DATE, ...settings);
    const byBackfill = pinflow('backfill', DATE, DATE, ...settings);
    await client.schedule.getHandle(scheduleId(pipeline)).backfill({ start: new Date(due), end: new Date(due) });

    await dagRun.untilTask('start', ({ state }) => state === 'success');
    const dispatch = client.workflow.getHandle<typeof dispatchDaily>(`${dispatchId(pipeline)}-${due}`);
    const backfill = client.workflow.getHandle(backfillId({ pipeline, from: DATE, to: DATE }));
    await waitUntil('the schedule and the backfill have started it, too', async () => {
      const progress = await backfill.query(backfillProgressQuery).catch(() => undefined);
      const { status } = await dispatch.describe().catch(() => ({ status: undefined }));
      return progress?.running.length === 1 && status?.name === 'COMPLETED';
    });
    const worker = await startWorker();

    const result = (await dags().handleOf(dagRun).result()) as RunPipelineResult;
    const { runId } = await dags().handleOf(dagRun).describe();
    expect(await dagRun.untilEnded()).toBe('success');
    expect(JSON.stringify(await dagRun.readHandedOn('tell_result'))).toContain(result.report.html);
    expect(JSON.stringify(await dagRun.readHandedOn('start'))).toContain(runId);
    expect(await dispatch.result()).toMatchObject({ runId });
    expect(await byPerson).toMatchObject({ code: 0, stderr: '' });
    expect((await byPerson).stdout).toContain(`ledger of ${dagRun.workflowId}`);
    expect(await byBackfill).toMatchObject({ code: 0, stderr: '' });
    expect(await dags().countRuns(dagRun)).toBe(1);
    expect(await listDatabricksRuns(dags().stack, databricksRunName(dagRun.workflowId, 'run-job'))).toHaveLength(1);
    await pinflow('schedule', 'delete', '--pipeline', pipeline);
    await worker.stop();
  });

  test('the flavour without Temporal finds the Databricks run of a date, and begins that of another one', async () => {
    const dagRun = await dags().deploy(pipeline, 'databricks', { lookEverySeconds: 2 });
    expect(await dagRun.untilEnded()).toBe('success');
    expect(await listDatabricksRuns(dags().stack, databricksRunName(dagRun.workflowId, 'run-job'))).toHaveLength(1);

    const other = await dags().startDate(dagRun, '2026-01-05');
    expect(await other.untilEnded()).toBe('success');
    const runs = await listDatabricksRuns(dags().stack, databricksRunName(other.workflowId, 'run-job'));
    expect(runs.map(({ state }) => state.result_state)).toEqual(['SUCCESS']);
  });
}

describe('Airflow 2.11', () => {
  specifyFlavours(useDags(2), 'by-airflow-2');
});

describe('Airflow 3.3', () => {
  const dags = useDags(3);
  specifyFlavours(dags, 'by-airflow-3');

  const untilStatus = (dagRun: DagRun, status: string) =>
    waitUntil(`${dagRun.workflowId} is ${status}`, async () => {
      return (await dags().handleOf(dagRun).describe()).status.name === status;
    });

  test('cancels the workflow of a run that a person gives up, and of one whose waiting task is marked as failed', async () => {
    const [marked, given] = await Promise.all([
      dags().deploy('marked', 'temporal'),
      dags().deploy('given-up', 'temporal'),
    ]);
    await Promise.all([marked, given].map((run) => run.untilTask('wait', ({ state }) => state === 'running')));

    await Promise.all([marked.markTask('wait', 'failed'), given.mark('failed')]);

    await Promise.all([marked, given].map((run) => untilStatus(run, 'CANCELLED')));
    expect(await marked.untilEnded()).toBe('failed');
  });

  test('attaches to the workflow again when the waiting task was killed', async () => {
    const dagRun = await dags().deploy('killed', 'temporal');
    const { pid } = await dagRun.untilTask('wait', ({ state, pid }) => state === 'running' && pid !== null);
    process.kill(Number(pid), 'SIGKILL');
    await dagRun.untilTask('wait', ({ state, try_number: tries }) => state === 'running' && tries === 2);
    await untilStatus(dagRun, 'RUNNING');

    const helper = await startWorker();
    expect(await dagRun.untilEnded()).toBe('success');
    await helper.stop();
    expect(await dags().countRuns(dagRun)).toBe(1);
  });

  test('says why a workflow has failed, and begins a new one when its tasks are cleared', async () => {
    const helper = await startWorker();
    const directory = join(mkdtempSync(join(tmpdir(), 'pinflow-rows-')), 'rows');
    const dagRun = await dags().deploy('mended', 'temporal', { run: { source: { kind: 'jsonl', directory } } });
    expect(await dagRun.untilEnded()).toBe('failed');
    expect(await dagRun.readTask('tell_result')).toMatchObject({ state: 'failed', try_number: 1 });
    const { runId: failed } = await dags().handleOf(dagRun).describe();

    mkdirSync(directory);
    const source = await openSyntheticSource();
    for (const kind of RECORD_KINDS) {
      const rows = await source.readRows(kind, [0, 1, 2]);
      writeFileSync(join(directory, `${kind}.jsonl`), rows.map(({ json }) => `${json}\n`).join(''));
    }
    await dagRun.clear();
    await dagRun.untilTask('start', ({ state }) => state !== 'success');
    expect(await dagRun.untilEnded()).toBe('success');
    expect((await dags().handleOf(dagRun).describe()).runId).not.toBe(failed);
    await helper.stop();
    rmSync(directory, { recursive: true });
  });
});
