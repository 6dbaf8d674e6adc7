import { z } from 'zod';
import { invalidParameter } from '../errors.ts';

/** Checks request bodies and turns them into what the server works with. Clients send numbers and booleans as text too. */

/** One notebook task as it is stored. */
export interface TaskSpec {
  readonly key: string;
  readonly notebookPath: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
  /** The warm cluster, or a process of the task's own. */
  readonly cluster: 'local' | 'new';
  /** Zero: none. */
  readonly timeoutSeconds: number;
}

export interface RunSpec {
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly tasks: readonly TaskSpec[];
}

export const LOCAL_CLUSTER_ID = 'local';

const seconds = z.coerce.number().int().min(0).default(0);
const flag = z.union([z.boolean(), z.stringbool()]).default(false);
const id = z.coerce.number().int().positive();

const taskSchema = z.looseObject({
  task_key: z.string().regex(/^[\w-]{1,100}$/, 'must be 1 to 100 letters, digits, "_" or "-"'),
  depends_on: z.array(z.object({ task_key: z.string(), outcome: z.string().optional() })).default([]),
  notebook_task: z.object({
    notebook_path: z.string().startsWith('/', 'must be absolute'),
    base_parameters: z.record(z.string(), z.string()).default({}),
    source: z.string().default('WORKSPACE'),
  }),
  existing_cluster_id: z.string().optional(),
  new_cluster: z.unknown().optional(),
  job_cluster_key: z.string().optional(),
  timeout_seconds: seconds,
  run_if: z.string().default('ALL_SUCCESS'),
  max_retries: z.coerce.number().default(0),
});
const submitSchema = z.looseObject({
  run_name: z.string().max(4096).default('Untitled'),
  timeout_seconds: seconds,
  git_source: z.undefined('is not served by this local server').optional(),
  tasks: z.array(taskSchema).min(1).max(100),
});
const tokenSchema = z.looseObject({
  idempotency_token: z.string().max(64, 'must have at most 64 characters').optional(),
});

/** The idempotency token of a submit; looked at before anything else, because a known token answers for any body. */
export function parseToken(body: unknown): string | undefined {
  const token = check(tokenSchema, body).idempotency_token;
  return token === '' ? undefined : token;
}

export function parseSubmit(body: unknown): RunSpec {
  refuseForeignKinds(body);
  const { run_name: name, timeout_seconds: timeoutSeconds, tasks } = check(submitSchema, body);
  const specs = tasks.map(toTaskSpec);
  checkGraph(specs);
  return { name, timeoutSeconds, tasks: specs };
}

export function parseRunId(query: unknown): number {
  return check(z.looseObject({ run_id: id }), query).run_id;
}

export function parseClusterId(query: unknown): string {
  return check(z.looseObject({ cluster_id: z.string() }), query).cluster_id;
}

export function parseList(query: unknown): { activeOnly: boolean; completedOnly: boolean; limit: number } {
  const limit = z.coerce.number().int().min(0).max(25).default(20);
  const list = check(z.looseObject({ active_only: flag, completed_only: flag, limit }), query);
  if (list.active_only && list.completed_only)
    throw invalidParameter('active_only and completed_only exclude each other');
  // The platform reads 0 as "as many as you give".
  return { activeOnly: list.active_only, completedOnly: list.completed_only, limit: list.limit || 25 };
}

type TaskRequest = z.output<typeof taskSchema>;

function toTaskSpec(task: TaskRequest): TaskSpec {
  const refuse = (what: string) => invalidParameter(`task "${task.task_key}": ${what}`);
  if (task.run_if !== 'ALL_SUCCESS') throw refuse(`run_if ${task.run_if} is not served by this local server`);
  if (task.max_retries !== 0) throw refuse('max_retries is not served by this local server');
  if (task.depends_on.some(({ outcome }) => outcome))
    throw refuse('depends_on.outcome is not served by this local server');
  if (task.notebook_task.source !== 'WORKSPACE')
    throw refuse(`notebooks of source ${task.notebook_task.source} are not served`);
  if (task.job_cluster_key !== undefined) throw refuse('job_cluster_key cannot be used in a submitted run');
  if (task.notebook_task.notebook_path.split('/').includes('..')) throw refuse('notebook_path must not contain ".."');
  const existing = task.existing_cluster_id || undefined;
  if (existing !== undefined && task.new_cluster !== undefined)
    throw refuse('give existing_cluster_id or new_cluster, not both');
  if (existing !== undefined && existing !== LOCAL_CLUSTER_ID) throw refuse(`Cluster ${existing} does not exist.`);
  return {
    key: task.task_key,
    notebookPath: task.notebook_task.notebook_path,
    parameters: task.notebook_task.base_parameters,
    dependsOn: task.depends_on.map((dependency) => dependency.task_key),
    cluster: existing === undefined ? 'new' : 'local',
    timeoutSeconds: task.timeout_seconds,
  };
}

/** Names the kind of a task that is no notebook, instead of only missing `notebook_task`. */
function refuseForeignKinds(body: unknown): void {
  const lists = z.looseObject({ tasks: z.array(z.looseObject({ task_key: z.unknown() })) }).safeParse(body);
  for (const task of lists.data?.tasks ?? []) {
    const kind = Object.keys(task).find((name) => name.endsWith('_task') && name !== 'notebook_task' && task[name]);
    if (kind !== undefined) {
      throw invalidParameter(
        `task "${String(task.task_key)}": ${kind} is not served by this local server, only notebook_task`,
      );
    }
  }
}

function checkGraph(tasks: readonly TaskSpec[]): void {
  const keys = new Set<string>();
  for (const { key } of tasks) {
    if (keys.has(key)) throw invalidParameter(`task_key "${key}" is used twice`);
    keys.add(key);
  }
  for (const { key, dependsOn } of tasks) {
    const unknown = dependsOn.find((dependency) => !keys.has(dependency));
    if (unknown !== undefined) throw invalidParameter(`task "${key}" depends on "${unknown}", which is not in the run`);
  }
  let open = tasks;
  while (open.length > 0) {
    const rest = open.filter(({ dependsOn }) => open.some(({ key }) => dependsOn.includes(key)));
    if (rest.length === open.length) {
      throw invalidParameter(`tasks depend on each other in a circle: ${rest.map(({ key }) => `"${key}"`).join(', ')}`);
    }
    open = rest;
  }
}

function check<T>(schema: z.ZodType<T>, input: unknown): T {
  const checked = schema.safeParse(input ?? {});
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw invalidParameter(problems.join('; '));
}
