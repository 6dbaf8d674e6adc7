import type { Workflows } from '../../activities/ports.ts';
import type { DailyStart } from '../../domain/daily-start.ts';

/** A namespace of Temporal in which the workflows of the set run. */
export class FakeWorkflows implements Workflows {
  readonly running = new Set<string>();
  /** Status of those that do not. */
  readonly ended = new Map<string, string>();
  namespaceId = 'ours';

  async readNamespaceId() {
    return this.namespaceId;
  }

  async isRunning(workflowId: string) {
    return this.running.has(workflowId);
  }

  async readStatus(workflowId: string) {
    return this.running.has(workflowId) ? 'running' : this.ended.get(workflowId);
  }

  async startDaily({ workflowId }: DailyStart) {
    this.running.add(workflowId);
    return { workflowId, runId: `run of ${workflowId}` };
  }
}
