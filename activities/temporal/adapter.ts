import {
  type Client,
  isGrpcServiceError,
  type WorkflowExecutionStatusName,
  WorkflowFailedError,
} from '@temporalio/client';
import {
  ApplicationFailure,
  CancelledFailure,
  defaultPayloadConverter,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import type { DailyStart } from '../../domain/daily-start.ts';
import { PinflowError } from '../../domain/errors.ts';
import { dailyRunId, parseDailyRunId } from '../../domain/names.ts';
import type { ListedDaily, Workflows } from '../ports.ts';

/** Numbers of Temporal's and of gRPC's API. */
const RUNNING = 1;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const REUSE_POLICIES = { ALLOW_DUPLICATE_FAILED_ONLY: 2 } as const;
const CONFLICT_POLICIES = { USE_EXISTING: 2 } as const;

/** The most that the server gives at a time. */
const PAGE = 1_000;

/** {@link Workflows} of the namespace that the client is for. */
export function createWorkflows(client: Client): Workflows {
  const { namespace } = client.options;
  return {
    async readNamespaceId() {
      const { namespaceInfo } = await ask(`describe namespace "${namespace}"`, () =>
        client.workflowService.describeNamespace({ namespace }),
      );
      if (!namespaceInfo?.id) throw new PinflowError('TEMPORAL_UNAVAILABLE', `namespace "${namespace}" has no id`);
      return namespaceInfo.id;
    },

    /** Asks for the workflow itself: lists are a moment behind. */
    async isRunning(workflowId) {
      const description = await ask(`describe workflow "${workflowId}"`, () =>
        client.workflowService
          .describeWorkflowExecution({ namespace, execution: { workflowId } })
          .catch((error: unknown) => {
            if (hasCode(error, NOT_FOUND)) return undefined;
            throw error;
          }),
      );
      return Number(description?.workflowExecutionInfo?.status) === RUNNING;
    },

    ...createDailyRuns(client),
  };
}

function createDailyRuns(client: Client): Pick<Workflows, 'startDaily' | 'awaitDaily' | 'listDaily'> {
  const { namespace } = client.options;
  return {
    async startDaily(start, request) {
      const { workflowId } = start;
      return ask(`start workflow "${workflowId}"`, async () => {
        try {
          // Not by the SDK's own start, which takes no request id and does not tell what it met.
          const { runId, started } = await client.workflowService.startWorkflowExecution({
            ...{ namespace, identity: client.options.identity, requestId: request },
            ...toStartRequest(start),
          });
          return { workflowId, runId, outcome: started ? 'started' : 'attached' };
        } catch (error) {
          if (!hasCode(error, ALREADY_EXISTS)) throw error;
          const { runId } = await client.workflow.getHandle(workflowId).describe();
          return { workflowId, runId, outcome: 'finished' };
        }
      });
    },

    async awaitDaily({ workflowId, runId }, signal) {
      const { workflow } = client;
      return ask(`wait for run "${workflowId}"`, async () => {
        try {
          await client.withAbortSignal(signal, () => workflow.getHandle(workflowId, runId).result());
          return { state: 'succeeded' };
        } catch (error) {
          if (error instanceof WorkflowFailedError) return { state: 'failed', reason: describeEnd(error) };
          if (signal.aborted) return undefined;
          throw error;
        }
      });
    },

    async listDaily({ pipeline, from, to }) {
      const first = dailyRunId({ pipeline, date: from });
      const last = dailyRunId({ pipeline, date: to });
      // "~" is behind every letter and digit, and so behind the ids of the last date's redos.
      const query = `WorkflowType = "runPipeline" AND WorkflowId BETWEEN "${first}" AND "${last}~"`;
      return ask(`list the runs of pipeline "${pipeline}"`, async () => {
        const newest = new Map<string, { workflowId: string; state: ListedDaily['state']; begun: number }>();
        for await (const { workflowId, status, startTime } of client.workflow.list({ query, pageSize: PAGE })) {
          const begun = startTime.getTime();
          if (parseDailyRunId(workflowId)?.pipeline !== pipeline || begun <= (newest.get(workflowId)?.begun ?? 0))
            continue;
          newest.set(workflowId, { workflowId, state: toState(status.name), begun });
        }
        return [...newest.values()].map(({ workflowId, state }) => ({ workflowId, state }));
      });
    },
  };
}

function toState(status: WorkflowExecutionStatusName): ListedDaily['state'] {
  if (status === 'RUNNING') return 'running';
  return status === 'COMPLETED' ? 'succeeded' : 'failed';
}

function toStartRequest(start: DailyStart) {
  const toPayload = (value: unknown) => defaultPayloadConverter.toPayload(value);
  return {
    workflowId: start.workflowId,
    workflowType: { name: start.workflowType },
    taskQueue: { name: start.taskQueue },
    input: { payloads: start.args.map((arg) => toPayload(arg)) },
    workflowIdReusePolicy: REUSE_POLICIES[start.workflowIdReusePolicy],
    workflowIdConflictPolicy: CONFLICT_POLICIES[start.workflowIdConflictPolicy],
    userMetadata: { summary: toPayload(start.staticSummary), details: toPayload(start.staticDetails) },
  };
}

/** The innermost cause is what went wrong; what wraps it only says where. */
function describeEnd({ cause }: WorkflowFailedError): string {
  if (cause instanceof CancelledFailure) return 'cancelled';
  if (cause instanceof TerminatedFailure) return `terminated: ${cause.message}`;
  if (cause instanceof TimeoutFailure) return 'timed out';
  let inner = cause;
  while (!(inner instanceof ApplicationFailure) && inner?.cause instanceof Error) inner = inner.cause;
  return inner instanceof ApplicationFailure ? `${inner.type}: ${inner.message}` : String(inner?.message);
}

function hasCode(error: unknown, code: number): boolean {
  return isGrpcServiceError(error) && Number(error.code) === code;
}

async function ask<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw new PinflowError('TEMPORAL_UNAVAILABLE', `could not ${what}: ${String(error)}`, { cause: error });
  }
}
