import { Client, WorkflowFailedError } from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  RetryState,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { createWorkflows } from '../../../activities/temporal/adapter.ts';
import { describeDailyStart } from '../../../domain/daily-start.ts';

const RUNNING = 1;
const COMPLETED = 2;

/** What the server's API answers, or the error it answers with, as the SDK gives it to callers. */
function makeWorkflows(service: Record<string, () => Promise<unknown>>, workflow: object = {}) {
  const client = Object.assign(Object.create(Client.prototype) as Client, {
    options: { namespace: 'default' },
    workflow,
    withAbortSignal: (_: AbortSignal, use: () => Promise<unknown>) => use(),
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
  const start = describeDailyStart({ date: '2026-11-22' });
  const { workflowId } = start;

  /** Workflows of a server that answers a start like this and knows a run "succeeded" of every id. */
  function makeStarter(answer: () => Promise<unknown>) {
    const startWorkflowExecution = jest.fn(answer);
    const describe = async () => ({ runId: 'succeeded' });
    const workflows = makeWorkflows({ startWorkflowExecution }, { getHandle: () => ({ describe }) });
    return { startDaily: () => workflows.startDaily(start, 'abc/7'), startWorkflowExecution };
  }

  test('hands the description of the start to the server, with its request', async () => {
    const { startDaily, startWorkflowExecution } = makeStarter(async () => ({ runId: 'begun', started: true }));
    expect(await startDaily()).toEqual({ workflowId, runId: 'begun', outcome: 'started' });
    expect(startWorkflowExecution).toHaveBeenCalledWith(
      expect.objectContaining({
        ...{ namespace: 'default', requestId: 'abc/7', workflowId },
        ...{ workflowType: { name: 'runPipeline' }, taskQueue: { name: 'pinflow' } },
        ...{ workflowIdReusePolicy: 2, workflowIdConflictPolicy: 2 },
      }),
    );
  });

  test('gives the run that is on its way', async () => {
    const { startDaily } = makeStarter(async () => ({ runId: 'running', started: false }));
    expect(await startDaily()).toEqual({ workflowId, runId: 'running', outcome: 'attached' });
  });

  test('gives the run that has succeeded', async () => {
    const { startDaily } = makeStarter(() => Promise.reject(serviceError(6)));
    expect(await startDaily()).toEqual({ workflowId, runId: 'succeeded', outcome: 'finished' });
  });

  test('is tried again when the server does not answer', async () => {
    const { startDaily } = makeStarter(() => Promise.reject(serviceError(14)));
    await expect(startDaily()).rejects.toMatchObject({
      code: 'TEMPORAL_UNAVAILABLE',
      message: `could not start workflow "${workflowId}": Error: code 14`,
    });
  });
});

describe('the end of a run', () => {
  const run = { workflowId: 'daily-pinterest-2026-11-22', runId: 'abc', outcome: 'started' } as const;

  function awaitDaily(result: () => Promise<unknown>, signal = new AbortController().signal) {
    return makeWorkflows({}, { getHandle: () => ({ result }) }).awaitDaily(run, signal);
  }

  test('is success where the run gives a result', async () => {
    expect(await awaitDaily(async () => ({}))).toEqual({ state: 'succeeded' });
  });

  const failure = ApplicationFailure.nonRetryable('no gap allowed', 'COVERAGE_INCOMPLETE');
  test.each([
    [
      'in an activity',
      new ActivityFailure('', 'prove', '1', RetryState.RETRY_POLICY_NOT_SET, 'w', failure),
      'COVERAGE_INCOMPLETE: no gap allowed',
    ],
    ['in the workflow', failure, 'COVERAGE_INCOMPLETE: no gap allowed'],
    ['by cancellation', new CancelledFailure('cancelled'), 'cancelled'],
    ['by termination', new TerminatedFailure('by hand'), 'terminated: by hand'],
    ['by its time-out', new TimeoutFailure('', undefined, 'START_TO_CLOSE'), 'timed out'],
  ])('is told with its reason when it fails %s', async (_, cause, reason) => {
    const error = new WorkflowFailedError('failed', cause, RetryState.RETRY_POLICY_NOT_SET);
    expect(await awaitDaily(() => Promise.reject(error))).toEqual({ state: 'failed', reason });
  });

  test('is open when time is up, and an error when the server does not answer', async () => {
    const reject = () => Promise.reject(serviceError(1));
    expect(await awaitDaily(reject, AbortSignal.abort())).toBeUndefined();
    await expect(awaitDaily(reject)).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  });
});

describe('the list of dates', () => {
  test('has the newest run of every id of the pipeline', async () => {
    const of = (workflowId: string, name: string, day: number) => ({
      workflowId,
      status: { name },
      startTime: new Date(2026, 1, day),
    });
    const list = jest.fn(async function* (_: { query: string }) {
      yield of('daily-team-2026-01-01', 'FAILED', 1);
      yield of('daily-team-2026-01-01', 'COMPLETED', 2);
      yield of('daily-team-2026-01-02', 'TERMINATED', 3);
      yield of('daily-team-2026-01-02-r2', 'RUNNING', 3);
      yield of('daily-team-2026-01-02-2026-01-05', 'RUNNING', 3);
    });
    const range = { pipeline: 'team', from: '2026-01-01', to: '2026-01-02' };
    expect(await makeWorkflows({}, { list }).listDaily(range)).toEqual([
      { workflowId: 'daily-team-2026-01-01', state: 'succeeded' },
      { workflowId: 'daily-team-2026-01-02', state: 'failed' },
      { workflowId: 'daily-team-2026-01-02-r2', state: 'running' },
    ]);
    expect(list.mock.calls[0]?.[0].query).toBe(
      'WorkflowType = "runPipeline" AND WorkflowId BETWEEN "daily-team-2026-01-01" AND "daily-team-2026-01-02~"',
    );
  });
});
