/** What the activities of MWAA need from the outside. Adapters implement it and throw only errors of the table. */

/** An object of a bucket that keeps every version. */
export interface RequirementsRef {
  readonly key: string;
  readonly version: string;
}

export interface MwaaEnvironment {
  readonly name: string;
  /** AVAILABLE, UPDATING, UPDATE_FAILED and more. */
  readonly status: string;
  readonly airflowVersion: string;
  readonly bucket: string;
  /** Prefix of the DAG files in the bucket, with its slash. */
  readonly dagPrefix: string;
  /** Undefined where the environment has none. */
  readonly requirements: RequirementsRef | undefined;
  readonly updateError: string | undefined;
}

export interface AirflowDag {
  readonly isPaused: boolean;
  /** Milliseconds since 1970. */
  readonly startDate: number | undefined;
  /** SHA-256 of the text that Airflow has parsed. */
  readonly sourceHash: string;
}

export interface AirflowImportError {
  /** Error and line, without the trace. */
  readonly message: string;
  /** When Airflow last saw it; milliseconds since 1970. */
  readonly seenAt: number;
}

export interface AirflowDagRun {
  readonly runId: string;
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly logicalDate: number | undefined;
  /** When the run was due: the logical date in most DAGs, one interval later in those of Airflow 2 with a cron text. */
  readonly dueAt: number | undefined;
}

/** One MWAA environment and the Airflow in it. */
export interface Mwaa {
  readEnvironment(): Promise<MwaaEnvironment>;
  /** Asks for an update; it ends some time later. */
  requestUpdate(requirements: RequirementsRef): Promise<void>;
  readDag(dagId: string): Promise<AirflowDag | undefined>;
  /** What Airflow has against a file of the DAG folder. */
  readImportError(file: string): Promise<AirflowImportError | undefined>;
  startDagRun(input: {
    readonly dagId: string;
    readonly runId: string;
    readonly logicalDate: number;
  }): Promise<'started' | 'exists'>;
  readDagRun(dagId: string, runId: string): Promise<AirflowDagRun | undefined>;
  /** Runs whose logical date is from the first to the last of the two times. */
  listDagRuns(dagId: string, from: number, to: number): Promise<AirflowDagRun[]>;
  countTasks(dagId: string, runId: string): Promise<number>;
}

export interface ObjectVersion {
  readonly body: Buffer;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
}

/** A bucket that keeps every version of an object. */
export interface VersionedStore {
  readLatest(key: string): Promise<ObjectVersion | undefined>;
  /** Writes another version, whatever there is. */
  writeVersion(input: { readonly key: string; readonly body: string; readonly contentType: string }): Promise<void>;
}
