import { stateDirectory } from '../../config/load.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { databricksRunName, dailyRunId } from '../../domain/names.ts';
import type { RunPipelineResult, RunProgress, Step } from '../../domain/run.ts';
import { readRecord } from '../../infra/local/stack/stack-record.ts';
import { progressQuery } from '../../workflows/messages.ts';
import { pinflow, runCommand } from '../support/processes.ts';
import { reportFault } from '../support/report-fault.ts';
import { listDatabricksRuns, waitUntil, useStackWithWorker } from '../support/running-stack.ts';

/** One date, ended by a person again and again, each time a little later, until it is let through. */

const ROWS = 3_000;
const run = { pipeline: 'cancelled', date: '2026-11-20' };
const workflowId = dailyRunId(run);

const stack = useStackWithWorker();
const handle = () => stack().client.workflow.getHandle(workflowId);
const runs = () => listDatabricksRuns(stack(), databricksRunName(workflowId, 'run-job'));

/** From each cancel until nothing of the run was left at work. */
const recoveryMs: number[] = [];

async function start(): Promise<void> {
  const { code, stderr } = await pinflow('start', run.date, '--pipeline', run.pipeline, '--rows', String(ROWS));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

async function isAt(step: Step): Promise<boolean> {
  const { steps } = await handle().query<RunProgress, []>(progressQuery);
  return steps.some(({ name, state }) => name === step && state === 'running');
}

/** Every process that came from a child of the Databricks double: each cluster is a session of its own. */
async function listClusterProcesses(): Promise<{ pid: number; command: string }[]> {
  const server = readRecord(stateDirectory()).engines.find(({ name }) => name === 'databricks')?.pid;
  const { stdout } = await runCommand('ps', ['-eo', 'pid=,ppid=,sid=,args=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = '', parent = '', session = '', ...command] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), session: Number(session), command: command.join(' ') };
    });
  // The server's other children write the archive of Spark's classes, which has nothing to do with runs.
  const leaders = rows.filter(({ parent, command }) => parent === server && command.includes(' -m executor '));
  const clusters = new Set(leaders.map(({ session }) => session));
  return rows.filter(({ session }) => clusters.has(session)).map(({ pid, command }) => ({ pid, command }));
}

test.each(['emulate', 'land'] as const)(
  'a run cancelled in the step %s ends at once and starts no Spark job',
  async (step) => {
    await start();
    await waitUntil(`the run is at ${step}`, () => isAt(step));

    const begun = Date.now();
    await handle().cancel();
    await expect(handle().result()).rejects.toThrow('Workflow execution cancelled');

    recoveryMs.push(Date.now() - begun);
    expect(await runs()).toEqual([]);
  },
);

test('a run cancelled during its Spark job leaves none of its processes and no active run', async () => {
  await start();
  await waitUntil('the Spark job runs', async () => (await runs())[0]?.state.life_cycle_state === 'RUNNING', 180);
  const before = await listClusterProcesses();
  expect(before.filter(({ command }) => /\bjava\b/.test(command))).not.toEqual([]);

  const begun = Date.now();
  const { code, stdout } = await pinflow('cancel', run.date, '--pipeline', run.pipeline);

  recoveryMs.push(Date.now() - begun);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`${workflowId}: cancelled`) });
  expect((await runs()).map(({ state }) => state)).toMatchObject([
    { life_cycle_state: 'TERMINATED', result_state: 'CANCELED' },
  ]);
  const after = new Set((await listClusterProcesses()).map(({ pid }) => pid));
  expect(before.filter(({ pid }) => after.has(pid))).toEqual([]);
});

test('a Databricks run whose workflow was terminated is an orphan, which a sweep finds and ends', async () => {
  await start();
  await waitUntil('there is a second Databricks run', async () => (await runs()).length === 2);
  const [orphan] = await runs();
  const kept = await pinflow('sweep', '--dry-run');
  expect(kept.stdout).toContain('no orphan');

  const begun = Date.now();
  await handle().terminate();
  const found = await pinflow('sweep', '--dry-run');
  const swept = await pinflow('sweep');

  recoveryMs.push(Date.now() - begun);
  expect(found.stdout).toMatch(new RegExp(`${workflowId} +${orphan?.run_id} +found`));
  expect(swept.stdout).toMatch(new RegExp(`${workflowId} +${orphan?.run_id} +cancelled`));
  expect((await pinflow('sweep')).stdout).toContain('no orphan');
});

test('its date can be run again, and has every row once', async () => {
  await start();
  const { ledger } = (await handle().result()) as RunPipelineResult;

  const results = (await runs()).map(({ state }) => state.result_state);
  expect(results).toEqual(['SUCCESS', 'CANCELED', 'CANCELED']);
  const sum = (count: (kind: (typeof RECORD_KINDS)[number]) => number) =>
    RECORD_KINDS.reduce((total, kind) => total + count(kind), 0);
  reportFault({
    number: 22,
    fault: 'run cancelled while it emulates, lands and waits for Spark, then terminated',
    injected: recoveryMs.length,
    lost: sum((kind) => ROWS - ledger[kind].landed),
    duplicated: sum((kind) => ledger[kind].clean - ROWS),
    recoveryMs,
  });
});
