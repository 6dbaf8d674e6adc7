import { z } from 'zod';

/**
 * Settings of jobs and runs in the API's own words, which is also how they are stored and given back: what a client sends
 * and nothing reads (tags, policies, notifications) stays in them. Clients send numbers and booleans as text, too.
 */

export const RUN_IF = [
  'ALL_SUCCESS',
  'AT_LEAST_ONE_SUCCESS',
  'NONE_FAILED',
  'ALL_DONE',
  'AT_LEAST_ONE_FAILED',
  'ALL_FAILED',
] as const;
export type RunIf = (typeof RUN_IF)[number];

export const CONDITION_OPERATORS = [
  'EQUAL_TO',
  'NOT_EQUAL',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUAL',
  'LESS_THAN',
  'LESS_THAN_OR_EQUAL',
] as const;
export type ConditionOperator = (typeof CONDITION_OPERATORS)[number];

/** The kinds of task that this server runs; a task has exactly one of these fields. */
export const TASK_KINDS = [
  'notebook_task',
  'spark_python_task',
  'python_wheel_task',
  'sql_task',
  'condition_task',
  'for_each_task',
  'run_job_task',
] as const;
export type TaskKind = (typeof TASK_KINDS)[number];
/** Those that need no cluster. */
export const CONTROL_KINDS: readonly TaskKind[] = ['condition_task', 'for_each_task', 'run_job_task'];

const count = z.coerce.number().int().min(0);
const flag = z.union([z.boolean(), z.stringbool()]);
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z.array(text);
const textMap = z.record(z.string(), text);
const anything = z.looseObject({});

const notebookTask = z.looseObject({
  notebook_path: z.string().startsWith('/', 'must be absolute'),
  base_parameters: textMap.optional(),
  source: z.string().default('WORKSPACE'),
});
const sparkPythonTask = z.looseObject({
  python_file: z.string(),
  parameters: texts.optional(),
  source: z.string().optional(),
});
const pythonWheelTask = z.looseObject({
  package_name: z.string(),
  entry_point: z.string(),
  parameters: texts.optional(),
  named_parameters: textMap.optional(),
});
const sqlTask = z.looseObject({
  file: z.looseObject({ path: z.string(), source: z.string().default('WORKSPACE') }).optional(),
  parameters: textMap.optional(),
  warehouse_id: z.string().optional(),
});
const conditionTask = z.looseObject({ op: z.enum(CONDITION_OPERATORS), left: text, right: text });
const runJobTask = z.looseObject({
  job_id: z.coerce.number().int().positive(),
  job_parameters: textMap.optional(),
  notebook_params: textMap.optional(),
  python_params: texts.optional(),
  python_named_params: textMap.optional(),
});

export const taskSettings = z.looseObject({
  task_key: z.string().regex(/^[\w-]{1,100}$/, 'must be 1 to 100 letters, digits, "_" or "-"'),
  depends_on: z.array(z.looseObject({ task_key: z.string(), outcome: z.string().optional() })).optional(),
  run_if: z.enum(RUN_IF).default('ALL_SUCCESS'),
  notebook_task: notebookTask.optional(),
  spark_python_task: sparkPythonTask.optional(),
  python_wheel_task: pythonWheelTask.optional(),
  sql_task: sqlTask.optional(),
  condition_task: conditionTask.optional(),
  get for_each_task() {
    return z.looseObject({ inputs: z.string(), concurrency: count.default(1), task: taskSettings }).optional();
  },
  run_job_task: runJobTask.optional(),
  existing_cluster_id: z.string().optional(),
  new_cluster: anything.optional(),
  job_cluster_key: z.string().optional(),
  environment_key: z.string().optional(),
  libraries: z.array(anything).optional(),
  /** Zero: none. */
  timeout_seconds: count.default(0),
  /** Minus one: without end. */
  max_retries: z.coerce.number().int().min(-1).optional(),
  min_retry_interval_millis: count.optional(),
  retry_on_timeout: flag.optional(),
  email_notifications: anything.default({}),
  webhook_notifications: anything.default({}),
});
export type TaskSettings = z.output<typeof taskSettings>;

/** A job, or what a submitted run is made of: the settings of a job that exists for one run only. */
export const jobSettings = z.looseObject({
  name: z.string().default('Untitled'),
  tasks: z.array(taskSettings).default([]),
  job_clusters: z.array(z.looseObject({ job_cluster_key: z.string(), new_cluster: anything })).optional(),
  environments: z.array(z.looseObject({ environment_key: z.string(), spec: anything.optional() })).optional(),
  parameters: z.array(z.looseObject({ name: z.string(), default: text })).optional(),
  tags: textMap.optional(),
  max_concurrent_runs: count.max(1000).default(1),
  queue: z.looseObject({ enabled: flag }).optional(),
  timeout_seconds: count.default(0),
  format: z.literal('MULTI_TASK').default('MULTI_TASK'),
  email_notifications: anything.default({}),
  webhook_notifications: anything.default({}),
});
export type JobSettings = z.output<typeof jobSettings>;

/** What a caller gives for one run on top of the settings. Each map goes to the tasks of its kind only. */
export const runParameters = z.object({
  job_parameters: textMap.optional(),
  notebook_params: textMap.optional(),
  python_params: texts.optional(),
  python_named_params: textMap.optional(),
  sql_params: textMap.optional(),
});
export type RunParameters = z.output<typeof runParameters>;

export function kindOf(task: TaskSettings): TaskKind {
  const kind = TASK_KINDS.find((name) => task[name] !== undefined);
  if (kind === undefined) throw new Error(`task "${task.task_key}" was stored without a kind`);
  return kind;
}
