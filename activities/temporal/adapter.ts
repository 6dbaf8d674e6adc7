import { isGrpcServiceError, type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { PinflowError } from '../../domain/errors.ts';
import type { Workflows } from '../ports.ts';

/** Numbers of Temporal's and of gRPC's API. */
const RUNNING = 1;
const NOT_FOUND = 5;

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
            if (isGrpcServiceError(error) && Number(error.code) === NOT_FOUND) return undefined;
            throw error;
          }),
      );
      return Number(description?.workflowExecutionInfo?.status) === RUNNING;
    },

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
