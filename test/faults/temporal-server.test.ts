import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { connectClient } from '../../client/connect.ts';
import { type RunHandle, startRun } from '../../client/start-run.ts';
import { checkRun } from '../../domain/daily-start.ts';
import { databricksRunName } from '../../domain/names.ts';
import type { RunPipelineResult } from '../../domain/run.ts';
import { startTcpFaultProxy, type TcpFaultProxy } from '../../infra/local/faults/tcp-proxy.ts';
import { InstantDatabricks } from '../support/instant-databricks.ts';
import { PrivateStack } from '../support/private-stack.ts';
import { pinflowWith, startWorker, type WorkerProcess } from '../support/processes.ts';
import { IS_FULL, reportFault } from '../support/report-fault.ts';
import { waitUntil } from '../support/running-stack.ts';
import { countDoubled, countLost } from '../support/run-results.ts';

/** A Temporal server of the tests' own, with its state in a file. Its worker reaches it through a proxy. */

const ROWS = 300;
const RUNS = IS_FULL ? 10 : 3;
const KILLS = IS_FULL ? 10 : 2;
const date = '2026-11-22';
const suffix = Date.now().toString(36);

let stack: PrivateStack;
let proxy: TcpFaultProxy;
let databricks: InstantDatabricks;
let worker: WorkerProcess;
let client: Client;

beforeAll(async () => {
  [stack, databricks] = await Promise.all([PrivateStack.start(['temporal']), InstantDatabricks.start()]);
  const { address } = stack.config.temporal;
  proxy = await startTcpFaultProxy({ port: Number(address.split(':')[1]) });
  client = await connectClient(stack.config.temporal);
  worker = await startWorker({ ...databricks.variables, TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` });
});

afterAll(async () => {
  await worker.stop('SIGKILL');
  await client.connection.close();
  proxy.close();
  databricks.close();
  await stack.stop();
});

async function start(pipeline: string): Promise<RunHandle> {
  const input = { date, pipeline: `${pipeline}-${suffix}`, rows: ROWS };
  return (await startRun(client, input, checkRun(input))).handle;
}

const countRuns = ({ workflowId }: RunPipelineResult) => databricks.countRuns(databricksRunName(workflowId, 'run-job'));

test('a server killed in the middle of runs goes on with each of them where it was', async () => {
  const handles = await Promise.all(Array.from({ length: RUNS }, (_, i) => start(`server-${i}`)));
  const recoveryMs: number[] = [];
  let active = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const states = await Promise.all(handles.map((handle) => handle.describe()));
    active += states.filter(({ status }) => status.name === 'RUNNING').length;
    await stack.end('temporal', 'SIGKILL');
    await stack.restart('temporal');
    const restarted = Date.now();
    const before = await countEvents(handles);
    await waitUntil('a run goes on', async () => (await countEvents(handles)) > before || (await allEnded(handles)));
    recoveryMs.push(Date.now() - restarted);
  }
  const results = await Promise.all(handles.map((handle) => handle.result()));

  expect(active).toBeGreaterThan(0);
  reportFault({
    number: 5,
    fault: 'Temporal server killed with SIGKILL in the middle of runs',
    injected: KILLS,
    lost: countLost(results),
    duplicated: countDoubled(results, countRuns),
    recoveryMs,
  });
});

async function countEvents(handles: readonly RunHandle[]): Promise<number> {
  const states = await Promise.all(handles.map((handle) => handle.describe()));
  return states.reduce((sum, { historyLength }) => sum + historyLength, 0);
}

async function allEnded(handles: readonly RunHandle[]): Promise<boolean> {
  const states = await Promise.all(handles.map((handle) => handle.describe()));
  return states.every(({ status }) => status.name !== 'RUNNING');
}

test('a server killed while it is told of the end of an activity is told again', async () => {
  // From the moment at which the job is submitted nothing that the worker says arrives.
  databricks.onSubmit = () => proxy.setWeather({ kind: 'hang' });
  const handle = await start('untold');
  await waitUntil('the end of the submit is told', async () => proxy.hits > 0);
  databricks.onSubmit = undefined;
  const injected = proxy.hits;
  await stack.end('temporal', 'SIGKILL');
  proxy.setWeather({ kind: 'fine' });
  await stack.restart('temporal');
  const restarted = Date.now();
  expect((await handle.describe()).status.name).toBe('RUNNING');
  const result = await handle.result();

  reportFault({
    number: 5,
    fault: 'Temporal server killed while it is told of the end of an activity',
    injected,
    lost: countLost([result]),
    duplicated: countDoubled([result], countRuns),
    recoveryMs: [Date.now() - restarted],
  });
});

test('a server that has lost its state knows no run, and the date begun again finds what it had done', async () => {
  const first = await (await start('forgotten')).result();
  await stack.end('temporal', 'SIGKILL');
  for (const part of ['', '-wal', '-shm']) rmSync(join(stack.folder, `temporal.db${part}`), { force: true });
  await stack.restart('temporal');

  const { code, stderr } = await pinflowWith(
    stack.pick('TEMPORAL_ADDRESS'),
    ...['status', date, '--pipeline', `forgotten-${suffix}`],
  );
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^RUN_UNKNOWN: no run "daily-forgotten-.*" is known\n.*start the run.*\n$/),
  });

  const restarted = Date.now();
  const again = await (await start('forgotten')).result();
  expect(again.ledger).toEqual(first.ledger);
  reportFault({
    number: 5,
    fault: 'Temporal server restarted without its state',
    injected: 1,
    lost: countLost([again]),
    duplicated: countDoubled([again], countRuns),
    recoveryMs: [Date.now() - restarted],
  });
});
