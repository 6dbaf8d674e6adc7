import { isGrpcServiceError, type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { PinflowError } from '../../domain/errors.ts';
import type { Workflows } from '../ports.ts';

/** Number of gRPC's API. */
const NOT_FOUND = 5;
/** By their numbers in Temporal's API. */
const STATUSES: Readonly<Record<number, string>> = {
  ...{ 1: 'running', 2: 'completed', 3: 'failed', 4: 'canceled', 5: 'terminated', 6: 'continued_as_new' },
  7: 'timed_out',
};

/** {@link Workflows} of the namespace that the client is for. */
export function createWorkflows(client: Client): Workflows {
  const { namespace } = client.options;

  /** Asks for the workflow itself: lists are a moment behind. */
  async function readStatus(workflowId: string): Promise<string | undefined> {
    const description = await ask(`describe workflow "${workflowId}"`, () =>
      client.workflowService
        .describeWorkflowExecution({ namespace, execution: { workflowId } })
        .catch((error: unknown) => {
          if (isGrpcServiceError(error) && Number(error.code) === NOT_FOUND) return undefined;
          throw error;
        }),
    );
    return STATUSES[Number(description?.workflowExecutionInfo?.status)];
  }

  return {
    async readNamespaceId() {
      const { namespaceInfo } = await ask(`describe namespace "${namespace}"`, () =>
        client.workflowService.describeNamespace({ namespace }),
      );
      if (!namespaceInfo?.id) throw new PinflowError('TEMPORAL_UNAVAILABLE', `namespace "${namespace}" has no id`);
      return namespaceInfo.id;
    },

    async isRunning(workflowId) {
      return (await readStatus(workflowId)) === 'running';
    },

    readStatus,

    async startDaily({ workflowType, ...start }) {
      const { workflowId } = start;
      const runId = await ask(`start workflow "${workflowId}"`, async () => {
        try {
          return (await client.workflow.start(workflowType, start)).firstExecutionRunId;
        } catch (error) {
          // It has succeeded.
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
          return (await client.workflow.getHandle(workflowId).describe()).runId;
        }
      });
      return { workflowId, runId };
    },
  };
}

async function ask<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw new PinflowError('TEMPORAL_UNAVAILABLE', `could not ${what}: ${String(error)}`, { cause: error });
  }
}
