/** What the scheduler needs of clusters. Paths are absolute paths of this machine, except where said. */

/** Where a task runs. Tasks of one cluster run one after the other. */
export type ClusterChoice =
  | { readonly kind: 'existing'; readonly clusterId: string }
  /** A process for all tasks of a run that name the same job cluster; it lives until `release`. */
  | { readonly kind: 'shared'; readonly runId: number; readonly key: string }
  /** A process of the task's own (`new_cluster`, serverless). */
  | { readonly kind: 'own' };

export type Work =
  | { readonly kind: 'notebook'; readonly file: string; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: 'python'; readonly file: string; readonly arguments: readonly string[] }
  | {
      readonly kind: 'wheel';
      readonly packageName: string;
      readonly entryPoint: string;
      readonly arguments: readonly string[];
      readonly namedArguments: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'sql'; readonly file: string; readonly parameters: Readonly<Record<string, string>> };

export interface WorkCall {
  readonly cluster: ClusterChoice;
  readonly work: Work;
  /** Wheels and eggs of the task's `libraries`, put before everything else on the module path. */
  readonly libraries: readonly string[];
  /** Folder, which exists, for what the work prints (`stdout.log`) and displays (`displays.jsonl`). */
  readonly output: string;
  /** The task values that earlier tasks of the run have set: task key → name → value. */
  readonly taskValues: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** All secrets of the workspace: scope → key → value. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The task values that the work has set, by name. They count however it ended. */
export type TaskValues = Readonly<Record<string, unknown>>;

export type WorkEnd =
  | {
      readonly kind: 'exited';
      readonly result: string | null;
      readonly truncated: boolean;
      readonly taskValues: TaskValues;
    }
  | {
      readonly kind: 'raised';
      readonly error: string;
      readonly errorTrace: string;
      readonly taskValues: TaskValues;
    }
  /** The signal was aborted, and no process that worked on the call is left. */
  | { readonly kind: 'stopped' }
  /** The cluster did not start or ended under the work. */
  | { readonly kind: 'lost'; readonly message: string };

export interface WorkOptions {
  readonly signal: AbortSignal;
  /** Called when the turn of the work has come and Spark is up. */
  readonly onStart: () => void;
}

export interface Compute {
  /** Runs one piece of work; never rejects. */
  run(call: WorkCall, options: WorkOptions): Promise<WorkEnd>;
  /** The run has ended: its shared clusters go. Resolves when none of their processes is left. */
  release(runId: number): Promise<void>;
  /** Whether `existing_cluster_id` may name this cluster. */
  hasCluster(clusterId: string): boolean;
}
