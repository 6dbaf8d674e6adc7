import type { QueryDefinition, WorkflowHandle } from '@temporalio/client';

/** A query without a worker waits for its deadline; a display must not. */
const DEADLINE_MS = 3_000;

/**
 * The answer of a workflow, or undefined where no worker answers in time. A query that is not waited for would be tried
 * again behind our back, also when the connection is closed, and that ends the process.
 */
export function queryInTime<Answer>(
  handle: WorkflowHandle,
  query: QueryDefinition<Answer, []>,
): Promise<Answer | undefined> {
  return handle.client.withDeadline(Date.now() + DEADLINE_MS, () => handle.query(query)).catch(() => undefined);
}
