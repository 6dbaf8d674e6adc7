import { join } from 'node:path';
import { type WorkflowFailedError, WorkflowIdConflictPolicy } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { Activities } from '../../activities/index.ts';
import { QUEUES } from '../../domain/queues.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { numberSearchAttributes } from './number-search-attributes.ts';
import type { runPipeline } from '../../workflows/run-pipeline.ts';

const WORKFLOWS = join(__dirname, '../../workflows/index.ts');

/** A Temporal server that skips time, with what a run expects of it, and a worker's way in. */
export interface WorkflowEnvironment {
  readonly server: TestWorkflowEnvironment;
  /** Runs `use` while a worker with these activities is up. */
  withWorker<T>(activities: Partial<Activities>, use: () => Promise<T>): Promise<T>;
}

/** An environment for each test of a file. */
export function useWorkflowEnvironment(): () => WorkflowEnvironment {
  let bundle: WorkflowBundleWithSourceMap;
  let environment: WorkflowEnvironment;
  beforeAll(async () => {
    bundle = await bundleWorkflows();
  });
  beforeEach(async () => {
    environment = await createWorkflowEnvironment(bundle);
  });
  afterEach(() => environment.server.teardown());
  return () => environment;
}

/** Starts a run under the id of its date, or under another one. */
export function startPipeline(
  { server }: WorkflowEnvironment,
  input: Record<string, unknown>,
  workflowId = `daily-pinterest-${String(input['date'])}`,
) {
  return server.client.workflow.start<typeof runPipeline>('runPipeline', {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [input as never],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
  });
}

/** The failure that an activity or the workflow itself ended the run with. */
export async function failureOf(run: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown as WorkflowFailedError,
  );
  let cause: unknown = error;
  while (cause instanceof Error && !(cause instanceof ApplicationFailure)) cause = cause.cause;
  return cause as ApplicationFailure;
}

export async function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  const filter = { core: 'ERROR', other: 'ERROR' } as const;
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
  return bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: new DefaultLogger('ERROR') });
}

/** A server of one's own for each test: what one test leaves behind would hold back the clock of the next. */
async function createWorkflowEnvironment(workflowBundle: WorkflowBundleWithSourceMap): Promise<WorkflowEnvironment> {
  const path = process.env['PINFLOW_TEST_TEMPORAL_SERVER'];
  if (path === undefined) {
    throw new Error(
      'PINFLOW_TEST_TEMPORAL_SERVER is not set: run this lane with "npm test -- workflow", which installs the server',
    );
  }
  const server = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  await server.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: numberSearchAttributes(),
  });
  return {
    server,
    async withWorker(activities, use) {
      const { nativeConnection: connection } = server;
      const workers = await Promise.all(
        QUEUES.map((taskQueue) =>
          Worker.create({
            connection,
            taskQueue,
            ...(taskQueue === TASK_QUEUE ? { workflowBundle } : { activities }),
            maxHeartbeatThrottleInterval: '100ms',
          }),
        ),
      );
      const used = Promise.withResolvers<void>();
      const ended = Promise.all(workers.map((worker) => worker.runUntil(used.promise)));
      try {
        return await Promise.race([use(), ended.then(() => Promise.reject(new Error('the workers have ended')))]);
      } finally {
        used.resolve();
        await ended;
      }
    },
  };
}
