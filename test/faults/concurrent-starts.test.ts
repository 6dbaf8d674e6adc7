import { type ScheduleHandle, WorkflowNotFoundError } from '@temporalio/client';
import { startRun } from '../../client/start-run.ts';
import { checkRun, describeDailyStart } from '../../domain/daily-start.ts';
import { databricksRunName } from '../../domain/names.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import type { dispatchDaily } from '../../workflows/dispatch-daily.ts';
import { pinflow } from '../support/processes.ts';
import { reportFault } from '../support/report-fault.ts';
import { listDatabricksRuns, useStackWithWorker, waitUntil } from '../support/running-stack.ts';

const input = { date: '2026-05-20', pipeline: 'started-by-fifty', rows: 3 };
const { workflowId } = checkRun(input);
const DISPATCH_ID = `dispatch-${input.pipeline}`;

const stack = useStackWithWorker();

/** Every hour, so that one date is due up to 24 times; paused, so that only the test makes it start anything. */
function createSchedule(): Promise<ScheduleHandle> {
  return stack().client.schedule.create({
    scheduleId: input.pipeline,
    spec: { intervals: [{ every: '1 hour' }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'dispatchDaily',
      workflowId: DISPATCH_ID,
      taskQueue: TASK_QUEUE,
      args: [{ pipeline: input.pipeline, rows: input.rows }],
    },
    state: { paused: true },
  });
}

/** By the client of the command line. */
async function startByClient(): Promise<string> {
  return (await startRun(stack().client, input, checkRun(input))).runId;
}

/** By the command line itself. */
async function startByCommand(): Promise<string> {
  const { date, pipeline, rows } = input;
  const { stdout, stderr } = await pinflow('start', date, '--pipeline', pipeline, '--rows', String(rows));
  return /, run ([0-9a-f-]+)/.exec(stdout)?.[1] ?? stderr;
}

/** With nothing but HTTP. */
async function startByHttp(): Promise<string> {
  const start = describeDailyStart(input);
  const { namespace } = stack().config.temporal;
  const url = `${process.env['PINFLOW_TEST_TEMPORAL_HTTP']}/api/v1/namespaces/${namespace}/workflows/${workflowId}`;
  const body = {
    workflowType: { name: start.workflowType },
    taskQueue: { name: start.taskQueue },
    input: start.args,
    workflowIdReusePolicy: `WORKFLOW_ID_REUSE_POLICY_${start.workflowIdReusePolicy}`,
    workflowIdConflictPolicy: `WORKFLOW_ID_CONFLICT_POLICY_${start.workflowIdConflictPolicy}`,
  };
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const answer = (await response.json()) as { runId: string; details: { runId: string }[] };
  // 409 is how a date that has succeeded is told.
  return String((response.status === 409 ? answer.details[0] : answer)?.runId);
}

/** By the schedule, which is made to catch up with these hours of the date. */
async function startBySchedule(schedule: ScheduleHandle, [firstHour, lastHour]: [number, number]): Promise<string[]> {
  const at = (hour: number) => `${input.date}T${String(hour).padStart(2, '0')}:00:00Z`;
  await schedule.backfill({ start: new Date(at(firstHour)), end: new Date(at(lastHour)), overlap: 'ALLOW_ALL' });
  const hours = Array.from({ length: lastHour - firstHour + 1 }, (_, index) => firstHour + index);
  return Promise.all(
    hours.map(async (hour) => {
      const dispatch = stack().client.workflow.getHandle<typeof dispatchDaily>(`${DISPATCH_ID}-${at(hour)}`);
      await waitUntil(`the schedule fires for ${at(hour)}`, async () => {
        const description = await dispatch.describe().catch(tolerateUnknown);
        return description !== undefined;
      });
      return (await dispatch.result()).runId;
    }),
  );
}

function tolerateUnknown(error: unknown): undefined {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

function times<T>(count: number, start: () => Promise<T>): Promise<T>[] {
  return Array.from({ length: count }, start);
}

test('a date that fifty callers start at once runs once, and each of them gets that run', async () => {
  const schedule = await createSchedule();
  const begun = Date.now();
  const byMany = [...times(19, startByClient), ...times(19, startByHttp), ...times(2, startByCommand)];
  const runIds = [...(await Promise.all([Promise.all(byMany), startBySchedule(schedule, [0, 9])]))].flat();
  const answered = Date.now() - begun;
  const run = stack().client.workflow.getHandle(workflowId);
  const { runId } = await run.describe();
  expect(runIds).toEqual(Array.from({ length: 50 }, () => runId));

  await run.result();
  const late = [startByClient(), startByHttp(), startByCommand(), startBySchedule(schedule, [10, 10])];
  expect((await Promise.all(late)).flat()).toEqual(Array.from({ length: 4 }, () => runId));

  await schedule.delete();

  const jobs = await listDatabricksRuns(stack(), databricksRunName(workflowId, 'run-job'));
  const { count: runs } = await stack().client.workflow.count(`WorkflowId = "${workflowId}"`);
  reportFault({
    number: 24,
    fault: 'one date started by clients, command lines, HTTP calls and a schedule at once',
    injected: runIds.length + late.length - 1,
    lost: runIds.filter((id) => id !== runId).length,
    duplicated: runs - 1 + jobs.length - 1,
    recoveryMs: [answered],
  });
});
