/** What references in parameters can name. */
export interface ReferenceContext {
  readonly job: {
    readonly id: number;
    readonly name: string;
    readonly runId: number;
    readonly repairCount: number;
    /** Milliseconds since 1970. */
    readonly startTime: number;
    readonly triggerType: string;
    readonly parameters: Readonly<Record<string, string>>;
  };
  readonly task: { readonly name: string; readonly runId: number; readonly executionCount: number };
  /** Tasks that have ended, by key. */
  readonly tasks: Readonly<
    Record<string, { readonly resultState: string; readonly values: Readonly<Record<string, unknown>> }>
  >;
  readonly workspace: { readonly id: number; readonly url: string };
  /** Of an iteration; undefined elsewhere. */
  readonly input: unknown;
}

/**
 * Replaces every `{{reference}}` in the texts within a JSON value. A value that is no text is inserted as JSON; what
 * nobody knows stays as it is, as on the platform.
 */
export function resolveReferences(value: unknown, context: ReferenceContext): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\{\{\s*([^{}]+?)\s*\}\}/g, (whole, name: string) => {
      const found = lookUp(name, context);
      if (found === undefined) return whole;
      return typeof found === 'string' ? found : JSON.stringify(found);
    });
  }
  if (Array.isArray(value)) return value.map((element) => resolveReferences(element, context));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolveReferences(inner, context)]));
}

function lookUp(name: string, context: ReferenceContext): unknown {
  const { job, task, tasks, workspace, input } = context;
  const [head = '', ...rest] = splitName(name);
  switch (head) {
    case 'job':
      return lookUpJob(rest, job);
    case 'task':
      return own({ name: task.name, run_id: task.runId, execution_count: task.executionCount }, rest.join('.'));
    case 'tasks':
      return lookUpTask(rest, tasks);
    case 'workspace':
      return own(workspace, rest.join('.'));
    case 'input':
      return rest.reduce((value, key) => own(value, key), input);
    default:
      return rest.length === 0 ? lookUpOldName(head, context) : undefined;
  }
}

/** Between dots; a part in backticks may hold dots and any other character, as keys and names of parameters do. */
function splitName(name: string): string[] {
  if (!/^(`[^`]+`|[^.`]+)(\.(`[^`]+`|[^.`]+))*$/.test(name)) return [];
  return Array.from(name.matchAll(/`([^`]+)`|[^.`]+/g), ([part, quoted]) => quoted ?? part);
}

function lookUpJob([first = '', ...rest]: readonly string[], job: ReferenceContext['job']): unknown {
  const inner = rest.join('.');
  if (first === 'parameters') return own(job.parameters, inner);
  if (first === 'start_time' || (first === 'trigger' && rest[0] === 'time'))
    return own(describeTime(job.startTime), first === 'trigger' ? rest.slice(1).join('.') : inner);
  if (first === 'trigger') return inner === 'type' ? job.triggerType.toLowerCase() : undefined;
  const plain = { id: job.id, name: job.name, run_id: job.runId, repair_count: job.repairCount };
  return rest.length === 0 ? own(plain, first) : undefined;
}

function lookUpTask([key = '', field = '', ...name]: readonly string[], tasks: ReferenceContext['tasks']): unknown {
  const task = own(tasks, key) as ReferenceContext['tasks'][string] | undefined;
  if (field === 'result_state') return name.length === 0 ? task?.resultState : undefined;
  return field === 'values' ? own(task?.values, name.join('.')) : undefined;
}

/** The spelling before there were dots. */
function lookUpOldName(name: string, { job, task }: ReferenceContext): unknown {
  const known = {
    job_id: job.id,
    run_id: task.runId,
    parent_run_id: job.runId,
    task_key: task.name,
    task_retry_count: task.executionCount - 1,
    start_date: describeTime(job.startTime).iso_date,
    start_time: job.startTime,
  };
  return own(known, name);
}

function describeTime(time: number) {
  const date = new Date(time);
  // ISO counts Monday to Sunday from 1 to 7.
  const weekday = date.getUTCDay() || 7;
  return {
    iso_date: date.toISOString().slice(0, 10),
    iso_datetime: date.toISOString().slice(0, 19),
    timestamp_ms: time,
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    iso_weekday: weekday,
    is_weekday: weekday < 6,
  };
}

/** Not what every object has, like `constructor`. */
function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
