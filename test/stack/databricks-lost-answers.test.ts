import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { jobs } from '@databricks/sdk';
import { createDatabricksJobs } from '../../activities/databricks/adapter.ts';
import { PinflowError } from '../../domain/errors.ts';
import { RealServer } from '../infra/local/databricks/real-server.ts';

/** Submits whose runs begin although their answers never arrive (I6): the caller sends the same token again. */

const COUNT = 100;

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
});
afterEach(() => server.clearFaults());
afterAll(() => server.remove());

/** Submits `COUNT` runs, the first answer to each of them lost. */
async function submitAll(submit: (name: string) => Promise<unknown>, prefix: string) {
  const ids: string[] = [];
  const errors: unknown[] = [];
  for (let index = 0; index < COUNT; index++) {
    const name = `${prefix}-${index}`;
    const countLost = await server.addFault({
      ...{ kind: 'effect-then-drop', method: 'POST', path: '/api/2.2/jobs/runs/submit' },
    });
    for (let id: string | undefined; id === undefined;) {
      try {
        id = String(await submit(name));
        ids.push(id);
      } catch (error) {
        errors.push(error);
      }
    }
    expect(await countLost()).toBe(1);
  }
  expect(errors).toHaveLength(COUNT);
  return { ids, errors };
}

/** Runs of the server that were submitted under these names, after their end. */
async function readRuns(prefix: string): Promise<jobs.Run[]> {
  const found: jobs.Run[] = [];
  for await (const { run_id, run_name } of server.client.jobs.listRuns({ limit: 25 }))
    if (run_name?.startsWith(`${prefix}-`) === true && run_id !== undefined)
      found.push(await server.waitForEnd(run_id));
  return found;
}

test('check 5: a hundred submits of the SDK whose answers are lost give a hundred runs, each executed once', async () => {
  const condition_task = { op: 'EQUAL_TO', left: '1', right: '1' } as const;
  const submit = async (name: string) => {
    const request = { run_name: name, idempotency_token: name, tasks: [{ task_key: 'if', condition_task }] };
    return (await server.client.jobs.submit(request)).run_id;
  };
  const { ids } = await submitAll(submit, 'condition');
  const runs = await readRuns('condition');
  expect(runs.map(({ run_id }) => String(run_id)).sort()).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(COUNT);
  const executions = runs.flatMap(({ tasks = [] }) =>
    tasks.map((task) => [task.attempt_number, task.state?.result_state]),
  );
  expect(executions).toEqual(Array.from({ length: COUNT }, () => [0, 'SUCCESS']));
});

test('a hundred submits of our adapter whose answers are lost run a hundred notebooks, each of them once', async () => {
  const marks = join(server.createRoot('marks'), 'marks');
  writeFileSync(
    join(server.notebooks, 'mark.py'),
    `# Databricks notebook source
with open(dbutils.widgets.get("marks"), "a") as marks:
    marks.write(dbutils.widgets.get("name") + "\\n")
`,
  );
  const api = createDatabricksJobs({ host: server.address, token: 'token', cluster: 'local' })(
    new AbortController().signal,
  );
  const submit = (name: string) => {
    const task = { key: 'mark', notebook: '/Shared/pinflow/mark', parameters: { marks, name }, dependsOn: [] };
    return api.submitRun({ runName: name, idempotencyToken: name, tasks: [task] });
  };
  const { ids, errors } = await submitAll(submit, 'notebook');
  expect(errors.filter((error) => !(error instanceof PinflowError) || !error.retryable)).toEqual([]);
  const runs = await readRuns('notebook');
  expect(runs.map(({ run_id }) => String(run_id)).sort()).toEqual([...ids].sort());
  expect(runs.filter(({ state }) => state?.result_state !== 'SUCCESS')).toEqual([]);
  const executed = readFileSync(marks, 'utf8').trim().split('\n');
  expect(executed.sort()).toEqual(Array.from({ length: COUNT }, (_, index) => `notebook-${index}`).sort());
});
