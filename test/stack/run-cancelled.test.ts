import { stateDirectory } from '../../config/load.ts';
import { databricksRunName, dailyRunId } from '../../domain/names.ts';
import { readRecord } from '../../infra/local/stack/stack-record.ts';
import { pinflow, runCommand } from '../support/processes.ts';
import { listDatabricksRuns, waitUntil, useStackWithWorker } from '../support/running-stack.ts';

const run = { pipeline: 'cancelled', date: '2026-11-20' };

const stack = useStackWithWorker();

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

test('a run cancelled during its Spark job leaves none of its processes and no active run, and its date can be run again', async () => {
  const workflowId = dailyRunId(run);
  const runs = () => listDatabricksRuns(stack(), databricksRunName(workflowId, 'run-job'));
  await pinflow('start', run.date, '--pipeline', run.pipeline, '--rows', '500');
  await waitUntil('the Spark job runs', async () => (await runs())[0]?.state.life_cycle_state === 'RUNNING', 180);
  const before = await listClusterProcesses();
  expect(before.filter(({ command }) => /\bjava\b/.test(command))).not.toEqual([]);

  const { code, stdout } = await pinflow('cancel', run.date, '--pipeline', run.pipeline);
  expect({ code, stdout: stdout.trim() }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${workflowId}: cancelled`),
  });
  expect((await runs()).map(({ state }) => state)).toMatchObject([
    { life_cycle_state: 'TERMINATED', result_state: 'CANCELED' },
  ]);
  const after = new Set((await listClusterProcesses()).map(({ pid }) => pid));
  expect(before.filter(({ pid }) => after.has(pid))).toEqual([]);

  const again = await pinflow('run', run.date, '--pipeline', run.pipeline, '--rows', '500');
  expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' });
  expect((await runs()).map(({ state }) => state.result_state)).toEqual(['SUCCESS', 'CANCELED']);
});
