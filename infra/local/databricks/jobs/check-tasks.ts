import { type ApiError, invalidParameter } from '../errors.ts';
import { CONTROL_KINDS, type JobSettings, kindOf, TASK_KINDS, type TaskSettings } from './settings.ts';

/** What settings may name. */
export interface KnownThings {
  readonly hasCluster: (clusterId: string) => boolean;
  readonly hasJob: (jobId: number) => boolean;
}

/** The same, and whether the settings are those of a submitted run. */
export type Known = KnownThings & { readonly isSubmitted?: boolean };

/** Checks tasks one by one, then how they depend on each other. */
export function checkTasks(settings: JobSettings, known: Known): void {
  checkKeys(settings);
  for (const task of settings.tasks) {
    checkTask(task, settings, known);
    const nested = task.for_each_task?.task;
    if (nested?.for_each_task !== undefined) throw refuse(task, 'for_each_task cannot hold another for_each_task');
    if (nested !== undefined) checkTask(nested, settings, known);
  }
  checkGraph(settings.tasks);
}

/** Where one key stands for two things, nobody can say which one is meant. */
function checkKeys({ tasks, job_clusters, environments, parameters }: JobSettings): void {
  const keys = {
    task_key: tasks.map(({ task_key: key }) => key),
    job_cluster_key: job_clusters?.map(({ job_cluster_key: key }) => key),
    environment_key: environments?.map(({ environment_key: key }) => key),
    'the name of a parameter': parameters?.map(({ name }) => name),
  };
  for (const [what, given = []] of Object.entries(keys)) {
    const twice = given.find((key, index) => given.indexOf(key) < index);
    if (twice !== undefined) throw invalidParameter(`${what} "${twice}" is used twice`);
  }
}

function checkTask(task: TaskSettings, settings: JobSettings, known: Known): void {
  const kinds = TASK_KINDS.filter((kind) => task[kind] !== undefined);
  if (kinds.length !== 1) {
    const found = kinds.length === 0 ? 'none' : kinds.join(' and ');
    throw refuse(task, `give exactly one of ${TASK_KINDS.join(', ')}; found ${found}`);
  }
  checkSource(task);
  checkForEach(task);
  checkCompute(task, settings, known);
  const jobId = task.run_job_task?.job_id;
  if (jobId !== undefined && !known.hasJob(jobId)) throw refuse(task, `Job ${jobId} does not exist.`);
}

/** Where notebooks and files come from. */
function checkSource(task: TaskSettings): void {
  const { notebook_task: notebook, spark_python_task: python, sql_task: sql } = task;
  const source = notebook?.source ?? python?.source ?? sql?.file?.source;
  if (source !== undefined && source !== 'WORKSPACE')
    throw refuse(task, `files of source ${source} are not served by this local server`);
  if (sql !== undefined && sql.file === undefined)
    throw refuse(task, 'sql_task is served with a file only, not with a query, dashboard or alert');
  const path = notebook?.notebook_path ?? python?.python_file ?? sql?.file?.path ?? '';
  if (path.split('/').includes('..')) throw refuse(task, `the path "${path}" must not contain ".."`);
}

/** The platform's limit of iterations at the same time. */
const MAX_CONCURRENCY = 100;

function checkForEach(task: TaskSettings): void {
  const forEach = task.for_each_task;
  if (forEach === undefined) return;
  const { inputs, concurrency } = forEach;
  if (concurrency < 1 || concurrency > MAX_CONCURRENCY)
    throw refuse(task, `concurrency ${concurrency} is not between 1 and ${MAX_CONCURRENCY}`);
  if (!inputs.includes('{{') && !isArray(inputs)) throw refuse(task, `inputs "${inputs}" are no JSON array`);
}

function checkCompute(task: TaskSettings, { job_clusters, environments }: JobSettings, known: Known): void {
  const { existing_cluster_id: existing, new_cluster: created, job_cluster_key: shared } = task;
  const given = Object.entries({ existing_cluster_id: existing, new_cluster: created, job_cluster_key: shared }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length > 1) throw refuse(task, `give only one of ${given.map(([name]) => name).join(' and ')}`);
  if (given.length > 0 && CONTROL_KINDS.includes(kindOf(task)))
    throw refuse(task, `${kindOf(task)} runs on no cluster`);
  if (existing !== undefined && !known.hasCluster(existing)) throw refuse(task, `Cluster ${existing} does not exist.`);
  if (shared !== undefined && known.isSubmitted === true)
    throw refuse(task, 'job_cluster_key cannot be used in a submitted run');
  if (shared !== undefined && !job_clusters?.some(({ job_cluster_key: key }) => key === shared))
    throw refuse(task, `job_clusters has no "${shared}"`);
  const environment = task.environment_key;
  if (environment !== undefined && !environments?.some(({ environment_key: key }) => key === environment))
    throw refuse(task, `environments has no "${environment}"`);
}

function checkGraph(tasks: readonly TaskSettings[]): void {
  const byKey = new Map(tasks.map((task) => [task.task_key, task]));
  for (const task of tasks) {
    for (const { task_key: key, outcome } of task.depends_on ?? []) {
      const other = byKey.get(key);
      if (other === undefined) throw refuse(task, `depends on "${key}", which is not there`);
      if (outcome !== undefined && (other.condition_task === undefined || !['true', 'false'].includes(outcome)))
        throw refuse(
          task,
          `outcome "${outcome}" of "${key}": only "true" and "false" of a condition task can be waited for`,
        );
    }
  }
  const circle = findCircle(tasks).map(({ task_key: key }) => `"${key}"`);
  if (circle.length > 0) throw invalidParameter(`tasks depend on each other in a circle: ${circle.join(', ')}`);
}

/** What is left without the tasks that wait for none and those that none waits for, again and again. */
function findCircle(tasks: readonly TaskSettings[]): readonly TaskSettings[] {
  const keys = new Set(tasks.map(({ task_key: key }) => key));
  const awaited = new Set(tasks.flatMap(({ depends_on: on }) => on?.map(({ task_key: key }) => key) ?? []));
  const rest = tasks.filter(
    ({ task_key: key, depends_on: on }) => awaited.has(key) && on?.some((other) => keys.has(other.task_key)),
  );
  return rest.length === tasks.length ? rest : findCircle(rest);
}

function isArray(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

function refuse({ task_key: key }: TaskSettings, what: string): ApiError {
  return invalidParameter(`task "${key}": ${what}`);
}
