import { type Client, defaultPayloadConverter } from '@temporalio/client';

/** The first argument that the newest run of a workflow was started with; undefined where there was none. */
export async function readWorkflowInput<T>(client: Client, workflowId: string): Promise<T | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const [payload] = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return payload == null ? undefined : defaultPayloadConverter.fromPayload<T>(payload);
}
