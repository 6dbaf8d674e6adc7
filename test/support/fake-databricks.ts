import type { DatabricksJobs, DatabricksRunState } from '../../activities/ports.ts';

/** Databricks in memory: a token starts one run; each look at a run takes its next state. */
export class FakeDatabricks implements DatabricksJobs {
  readonly runs = new Map<string, number>();
  readonly cancelled: number[] = [];
  readonly outputs: Record<string, string> = {};
  error: string | undefined;
  states: DatabricksRunState[] = [{ state: 'succeeded' }];

  async submitRun({ idempotencyToken }: Parameters<DatabricksJobs['submitRun']>[0]) {
    const runId = this.runs.get(idempotencyToken) ?? this.runs.size + 1;
    this.runs.set(idempotencyToken, runId);
    return { runId };
  }

  async readRun(runId: number) {
    const state = (this.states.length > 1 ? this.states.shift() : this.states[0]) ?? { state: 'succeeded' };
    return { runId, url: `http://databricks.invalid/run/${runId}`, state, tasks: { clean: 101, queries: 102 } };
  }

  async readOutput(taskRunId: number) {
    return { result: this.outputs[taskRunId === 101 ? 'clean' : 'queries'], error: this.error };
  }

  async cancelRun(runId: number) {
    this.cancelled.push(runId);
  }
}
