import type { Workflows } from '../../activities/ports.ts';

/** A namespace of Temporal in which the workflows of the set run. */
export class FakeWorkflows implements Workflows {
  readonly running = new Set<string>();
  namespaceId = 'ours';

  async readNamespaceId() {
    return this.namespaceId;
  }

  async isRunning(workflowId: string) {
    return this.running.has(workflowId);
  }
}
