import type { DatabricksJobs, DatabricksRun, DatabricksRunState } from '../../activities/ports.ts';
import { PinflowError } from '../../domain/errors.ts';

type Submit = Parameters<DatabricksJobs['submitRun']>[0];

interface FakeRun {
  readonly submit: Submit;
  endedAt: number;
  repairs: string[];
}

/** Databricks in memory: a token starts one run; each look at a run takes its next state. */
export class FakeDatabricks implements DatabricksJobs {
  readonly runs = new Map<string, FakeRun>();
  readonly cancelled: string[] = [];
  readonly repaired: Parameters<DatabricksJobs['repairRun']>[0][] = [];
  readonly outputs: Record<string, string> = {};
  error: string | undefined;
  states: DatabricksRunState[] = [{ state: 'succeeded' }];
  /** Thrown by the next calls, one each; `after`: the call has its effect. */
  readonly faults: { call: keyof DatabricksJobs; error: PinflowError; after?: boolean }[] = [];
  readonly #tokens = new Map<string, string>();

  get tokens(): string[] {
    return [...this.#tokens.keys()];
  }

  async submitRun(submit: Submit) {
    return this.#do('submitRun', () => {
      const known = this.#tokens.get(submit.idempotencyToken);
      if (known !== undefined && !this.runs.has(known)) {
        throw new PinflowError('DATABRICKS_REFUSED', `could not submit: the token belongs to deleted run ${known}`);
      }
      const runId = known ?? String(this.#tokens.size + 1);
      this.#tokens.set(submit.idempotencyToken, runId);
      if (known === undefined) this.runs.set(runId, { submit, endedAt: Date.now() + 60_000, repairs: [] });
      return runId;
    });
  }

  async readRun(runId: string): Promise<DatabricksRun> {
    return this.#do('readRun', () => {
      const { submit, endedAt, repairs } = this.#find(runId);
      const state = (this.states.length > 1 ? this.states.shift() : this.states[0]) ?? { state: 'succeeded' };
      const tasks = submit.tasks.map(({ key, parameters }) => [
        key,
        { runId: `10${key === 'clean' ? 1 : 2}`, parameters },
      ]);
      return {
        runId,
        url: `http://databricks.invalid/run/${runId}`,
        state,
        endedAt: state.state === 'active' ? undefined : endedAt,
        tasks: Object.fromEntries(tasks) as DatabricksRun['tasks'],
        repairs: [...repairs],
      };
    });
  }

  async readOutput(taskRunId: string) {
    return this.#do('readOutput', () => ({
      result: this.outputs[taskRunId === '101' ? 'clean' : 'queries'],
      error: this.error,
    }));
  }

  async cancelRun(runId: string) {
    return this.#do('cancelRun', () => {
      this.#find(runId);
      this.cancelled.push(runId);
    });
  }

  async repairRun(repair: Parameters<DatabricksJobs['repairRun']>[0]) {
    return this.#do('repairRun', () => {
      const run = this.#find(repair.runId);
      if (run.repairs.at(-1) !== repair.latestRepair) {
        throw new PinflowError('DATABRICKS_REFUSED', 'could not repair: the latest repair has to be provided');
      }
      run.repairs.push(`${repair.runId}${run.repairs.length + 1}`);
      this.repaired.push(repair);
    });
  }

  async listActiveRuns() {
    return this.#do('listActiveRuns', () =>
      [...this.runs].map(([runId, { submit }]) => ({ runId, name: submit.runName })),
    );
  }

  #find(runId: string): FakeRun {
    const run = this.runs.get(runId);
    if (run === undefined) throw new PinflowError('RUN_GONE', `run ${runId} does not exist`);
    return run;
  }

  #do<T>(call: keyof DatabricksJobs, work: () => T): T {
    const index = this.faults.findIndex((fault) => fault.call === call);
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault === undefined) return work();
    if (fault.after) work();
    throw fault.error;
  }
}
