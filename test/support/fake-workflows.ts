import type { ListedDaily, Workflows } from '../../activities/ports.ts';
import type { DailyEnd } from '../../domain/backfill.ts';
import type { DailyRunRef, DailyStart } from '../../domain/daily-start.ts';

/** A namespace of Temporal in which the workflows of the set run. */
export class FakeWorkflows implements Workflows {
  readonly running = new Set<string>();
  readonly succeeded = new Set<string>();
  /** What asked for each start, in their order. */
  readonly requests: string[] = [];
  /** How the runs end that are waited for; they do not where it is undefined. */
  end: DailyEnd | undefined;
  listed: ListedDaily[] = [];
  namespaceId = 'ours';

  async readNamespaceId() {
    return this.namespaceId;
  }

  async isRunning(workflowId: string) {
    return this.running.has(workflowId);
  }

  async startDaily({ workflowId }: DailyStart, request: string): Promise<DailyRunRef> {
    this.requests.push(request);
    const ref = { workflowId, runId: `run of ${workflowId}` };
    if (this.succeeded.has(workflowId)) return { ...ref, outcome: 'finished' };
    const outcome = this.running.has(workflowId) ? 'attached' : 'started';
    this.running.add(workflowId);
    return { ...ref, outcome };
  }

  async awaitDaily() {
    return this.end;
  }

  async listDaily() {
    return this.listed;
  }
}
