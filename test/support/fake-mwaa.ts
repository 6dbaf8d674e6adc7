import type {
  AirflowDag,
  AirflowDagRun,
  AirflowImportError,
  Mwaa,
  MwaaEnvironment,
  RequirementsRef,
} from '../../activities/mwaa/port.ts';

/** An environment that changes only where the test says so. */
export class FakeMwaa implements Mwaa {
  /** The last one stays. */
  environments: MwaaEnvironment[] = [
    {
      ...{ name: 'env', status: 'AVAILABLE', airflowVersion: '3.3.2', bucket: 'b', dagPrefix: 'dags/' },
      ...{ requirements: undefined, updateError: undefined },
    },
  ];
  readonly updates: RequirementsRef[] = [];
  dag: AirflowDag | undefined;
  /** What each look finds; the last one stays. */
  importErrors: (AirflowImportError | undefined)[] = [undefined];
  runs: AirflowDagRun[] = [];

  async readEnvironment() {
    const [first] = this.environments;
    if (first === undefined) throw new Error('there is no environment');
    if (this.environments.length > 1) this.environments.shift();
    return first;
  }

  async requestUpdate(requirements: RequirementsRef) {
    this.updates.push(requirements);
  }

  async readDag() {
    return this.dag;
  }

  async readImportError() {
    return this.importErrors.length > 1 ? this.importErrors.shift() : this.importErrors[0];
  }

  async startDagRun() {
    return 'started' as const;
  }

  async readDagRun(_: string, runId: string) {
    return this.runs.find((run) => run.runId === runId);
  }

  async listDagRuns(_: string, from: number, to: number) {
    return this.runs.filter(({ logicalDate = 0 }) => logicalDate >= from && logicalDate <= to);
  }

  async countTasks() {
    return 1;
  }
}
