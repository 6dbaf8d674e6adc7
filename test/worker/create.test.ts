import type { NativeConnection } from '@temporalio/worker';
import { ACTIVITY_QUEUES, QUEUES } from '../../domain/queues.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { describeWorker, type WorkerContext } from '../../worker/create.ts';
import { makeMockActivities } from '../support/mock-activities.ts';

const { activities } = makeMockActivities();

function contextOf(changes: Partial<WorkerContext> = {}): WorkerContext {
  const connection = {} as NativeConnection;
  const loadBundle = () => Promise.reject(new Error('nobody needs the bundle'));
  return { connection, namespace: 'default', activities, loadBundle, deployment: undefined, ...changes };
}

const withBundle = contextOf({ loadBundle: () => Promise.resolve('the code') });

test('the worker of workflows has the bundle and no activities', async () => {
  const options = await describeWorker(TASK_QUEUE, withBundle);
  expect(options).toMatchObject({
    taskQueue: 'pinflow',
    workflowBundle: { code: 'the code' },
    maxCachedWorkflows: 200,
  });
  expect(options).not.toHaveProperty('activities');
});

test.each(ACTIVITY_QUEUES)('the worker of %s has activities and never asks for the bundle', async (queue) => {
  const options = await describeWorker(queue, contextOf());
  expect(options).toMatchObject({ taskQueue: queue, activities });
  expect(options).not.toHaveProperty('workflowBundle');
  expect(options.maxConcurrentActivityTaskExecutions).toBeGreaterThan(0);
});

test('only calls of Databricks are slowed down, for all workers together', async () => {
  const rates = await Promise.all(QUEUES.map((queue) => describeWorker(queue, withBundle)));
  expect(rates.map((options) => options.maxTaskQueueActivitiesPerSecond)).toEqual([
    undefined,
    undefined,
    undefined,
    10,
    undefined,
  ]);
});

test.each(QUEUES)('the worker of %s belongs to the deployment that is configured', async (queue) => {
  const deployment = { name: 'pinflow', build: 'b-7' };
  expect((await describeWorker(queue, { ...withBundle, deployment })).workerDeploymentOptions).toEqual({
    version: { deploymentName: 'pinflow', buildId: 'b-7' },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'PINNED',
  });
  expect(await describeWorker(queue, withBundle)).not.toHaveProperty('workerDeploymentOptions');
});
