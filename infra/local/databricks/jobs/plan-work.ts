import type { ClusterChoice, Work } from '../clusters/compute.ts';
import type { TaskRun } from './model.ts';
import type { TaskSettings } from './settings.ts';

/** Where files that tasks name are on this machine; undefined when there is none. */
export interface FileFinder {
  /** By workspace path, with or without extension. */
  findNotebook(path: string): string | undefined;
  /** By `dbfs:/…`, `/Volumes/…`, `/Workspace/…` or a workspace path. */
  findFile(uri: string): string | undefined;
}

export interface PlannedWork {
  readonly work: Work;
  readonly libraries: readonly string[];
}

/** A file that a task names and nobody can find. */
export interface MissingFile {
  readonly missing: string;
}

type Resolved = Readonly<Record<string, unknown>>;

/** What a cluster has to do for a task whose parameters are resolved, or the file that is not there. */
export function planWork(settings: TaskSettings, resolved: Resolved, files: FileFinder): PlannedWork | MissingFile {
  const libraries: string[] = [];
  for (const uri of listLibraries(settings)) {
    const file = files.findFile(uri);
    if (file === undefined) return { missing: `Unable to find the library "${uri}".` };
    libraries.push(file);
  }
  const work = createWork(settings, resolved, files);
  return 'missing' in work ? work : { work, libraries };
}

function createWork(settings: TaskSettings, resolved: Resolved, files: FileFinder): Work | MissingFile {
  if (settings.notebook_task !== undefined) {
    const path = settings.notebook_task.notebook_path;
    const file = files.findNotebook(path);
    if (file === undefined) return { missing: `Unable to access the notebook "${path}". It does not exist.` };
    return { kind: 'notebook', file, parameters: textMap(resolved['base_parameters']) };
  }
  if (settings.spark_python_task !== undefined) {
    const uri = settings.spark_python_task.python_file;
    const file = files.findFile(uri);
    if (file === undefined) return { missing: `Cannot read the python file "${uri}". It does not exist.` };
    return { kind: 'python', file, arguments: textList(resolved['parameters']) };
  }
  if (settings.sql_task !== undefined) {
    const path = settings.sql_task.file?.path ?? '';
    const file = files.findFile(path) ?? files.findNotebook(path);
    if (file === undefined) return { missing: `Unable to access the SQL file "${path}". It does not exist.` };
    return { kind: 'sql', file, parameters: textMap(resolved['parameters']) };
  }
  const wheel = settings.python_wheel_task;
  if (wheel === undefined) throw new Error(`task "${settings.task_key}" is no work for a cluster`);
  return {
    kind: 'wheel',
    packageName: wheel.package_name,
    entryPoint: wheel.entry_point,
    arguments: textList(resolved['parameters']),
    namedArguments: textMap(resolved['named_parameters']),
  };
}

/** Wheels and eggs of the task. Libraries from registries (`pypi`, `maven`) are not installed here. */
function listLibraries(settings: TaskSettings): string[] {
  return (settings.libraries ?? []).flatMap(({ whl, egg }) => [whl, egg].filter((uri) => typeof uri === 'string'));
}

export function chooseCluster(settings: TaskSettings, { parentId }: TaskRun): ClusterChoice {
  if (settings.existing_cluster_id !== undefined) return { kind: 'existing', clusterId: settings.existing_cluster_id };
  if (settings.job_cluster_key !== undefined) return { kind: 'shared', runId: parentId, key: settings.job_cluster_key };
  return { kind: 'own' };
}

function textMap(value: unknown): Record<string, string> {
  return (value ?? {}) as Record<string, string>;
}

function textList(value: unknown): string[] {
  return (value ?? []) as string[];
}
