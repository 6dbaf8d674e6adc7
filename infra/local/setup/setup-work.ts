import type { Machine } from './prerequisites.ts';

/** The versions of Airflow that there are lock files for; the newest runs where one is enough. */
export const AIRFLOW_VERSIONS = ['3.3', '2.11', '2.10'] as const;
export type AirflowVersion = (typeof AIRFLOW_VERSIONS)[number];

/** What is installed, in the order in which it is shown. Only the bench of landing asks for `spark-kafka`. */
export const TASKS = [
  ...(['python', 'temporal', 'kafka', 'delta', 'versitygw'] as const),
  ...(['airflow-3.3', 'airflow-2.11', 'airflow-2.10'] as const),
  'spark-kafka',
] as const;
export type Task = (typeof TASKS)[number];

/** `kept`: it was there already. */
export type TaskState = 'waiting' | 'running' | 'done' | 'kept' | 'failed';

export interface TaskReport {
  readonly task: Task;
  readonly state: TaskState;
  /** Since the task began to run. */
  readonly seconds: number;
  /** What it is doing or waiting for, or how it ended; empty when there is nothing to add. */
  readonly note: string;
}

/** What every installation starts from. */
export interface SetupPlan {
  /** Folder of everything that is installed. */
  readonly cache: string;
  /** Folder of the project, for the lock files. */
  readonly checkout: string;
  readonly machine: Machine;
}

/** What an installer needs while it works. */
export interface Work {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  /** Milliseconds to wait before each further try. */
  readonly pauses: readonly number[];
}

/** Folders that an installation works in: `target` becomes the installation, `scratch` is empty and thrown away. */
export interface WorkFolders {
  readonly target: string;
  readonly scratch: string;
}

/** One thing to install into a folder of its own. */
export interface Installation {
  readonly task: Task;
  /** Where it is in the end; exists only when the installation is whole. */
  readonly folder: string;
  /** What must be there before this can be installed. */
  readonly needs?: Installation;
  readonly install: (folders: WorkFolders, work: Work) => Promise<void>;
}
