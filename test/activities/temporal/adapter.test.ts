import { Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { createWorkflows } from '../../../activities/temporal/adapter.ts';
import { describeDailyStart } from '../../../domain/daily-start.ts';

const RUNNING = 1;
const COMPLETED = 2;

/** What the server's API answers, or the error it answers with, as the SDK gives it to callers. */
function makeWorkflows(service: Record<string, () => Promise<unknown>>) {
  const client = Object.assign(Object.create(Client.prototype) as Client, {
    options: { namespace: 'default' },
    workflow: {},
  });
  Object.defineProperty(client, 'workflowService', { value: service });
  return createWorkflows(client);
}

function serviceError(code: number): Error {
  return Object.assign(new Error(`code ${code}`), { code, details: 'details', metadata: {} });
}

describe('workflows of a namespace', () => {
  test.each([
    [RUNNING, true],
    [COMPLETED, false],
    [undefined, false],
  ])('with status %s are running: %s', async (status, expected) => {
    const workflows = makeWorkflows({
      describeWorkflowExecution: async () => ({ workflowExecutionInfo: { status } }),
    });
    expect(await workflows.isRunning('daily-pinterest-2026-11-22')).toBe(expected);
  });

  test('that nobody knows are not running', async () => {
    const workflows = makeWorkflows({ describeWorkflowExecution: () => Promise.reject(serviceError(5)) });
    expect(await workflows.isRunning('daily-pinterest-2026-11-22')).toBe(false);
  });

  test('are not taken for gone when the server does not answer', async () => {
    const workflows = makeWorkflows({
      describeWorkflowExecution: () => Promise.reject(serviceError(14)),
      describeNamespace: () => Promise.reject(serviceError(14)),
    });
    await expect(workflows.isRunning('daily-pinterest-2026-11-22')).rejects.toMatchObject({
      code: 'TEMPORAL_UNAVAILABLE',
      message: 'could not describe workflow "daily-pinterest-2026-11-22": Error: code 14',
    });
    await expect(workflows.readNamespaceId()).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  });

  test('belong to a namespace with an id of its own', async () => {
    const workflows = makeWorkflows({ describeNamespace: async () => ({ namespaceInfo: { id: 'abc' } }) });
    expect(await workflows.readNamespaceId()).toBe('abc');
    const unnamed = makeWorkflows({ describeNamespace: async () => ({}) });
    await expect(unnamed.readNamespaceId()).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  });
});

describe('the start of a date', () => {
  const { workflowType, ...start } = describeDailyStart({ date: '2026-11-22' });

  /** A client whose server answers a start like this, and which knows a run "succeeded" of every id. */
  function makeStarter(answer: () => Promise<unknown>) {
    const workflow = { start: jest.fn(answer), getHandle: () => ({ describe: async () => ({ runId: 'succeeded' }) }) };
    const client = Object.assign(Object.create(Client.prototype) as Client, { options: { namespace: 'default' } });
    Object.defineProperty(client, 'workflow', { value: workflow });
    return { startDaily: () => createWorkflows(client).startDaily({ workflowType, ...start }), workflow };
  }

  test('hands the description of the start to the server and gives the run that it answers with', async () => {
    const { startDaily, workflow } = makeStarter(async () => ({ firstExecutionRunId: 'running' }));
    expect(await startDaily()).toEqual({ workflowId: start.workflowId, runId: 'running' });
    expect(workflow.start).toHaveBeenCalledWith('runPipeline', start);
  });

  test('gives the run that has succeeded', async () => {
    const { startDaily } = makeStarter(() =>
      Promise.reject(new WorkflowExecutionAlreadyStartedError('already started', start.workflowId, workflowType)),
    );
    expect(await startDaily()).toEqual({ workflowId: start.workflowId, runId: 'succeeded' });
  });

  test('is tried again when the server does not answer', async () => {
    const { startDaily } = makeStarter(() => Promise.reject(serviceError(14)));
    await expect(startDaily()).rejects.toMatchObject({
      code: 'TEMPORAL_UNAVAILABLE',
      message: `could not start workflow "${start.workflowId}": Error: code 14`,
    });
  });
});
