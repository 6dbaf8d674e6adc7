import { latestAttempts, type Run, type TaskRun } from './model.ts';
import { resolveReferences } from './references.ts';
import { kindOf, type RunParameters } from './settings.ts';
import { isActive, resultStateOf } from './states.ts';

export interface ResolveInput {
  readonly run: Run;
  readonly task: TaskRun;
  readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The server's own URL. */
  readonly address: string;
}

/**
 * The object of the task's kind with the parameters that count and no reference left that has a value. The inside of a
 * for_each task is not touched: its iterations are resolved one by one.
 */
export function resolveTask(input: ResolveInput): Record<string, unknown> {
  const { run, task } = input;
  const kind = kindOf(task.settings);
  const own = task.settings[kind] as Record<string, unknown>;
  const context = createContext(input, resolveJobParameters(input));
  const resolve = (value: unknown) => resolveReferences(value, context);
  if (kind === 'for_each_task') return { ...own, inputs: resolve(own['inputs']) };
  const pushed = context.job.parameters;
  const given = run.parameters;
  // What is pushed was resolved before, and what came out of that must not be taken for a reference.
  const merge = (field: string, override: Readonly<Record<string, string>> | undefined) => ({
    ...(resolve({ ...(own[field] as object | undefined), ...override }) as object),
    ...pushed,
  });
  switch (kind) {
    case 'notebook_task':
      return { ...own, base_parameters: merge('base_parameters', given.notebook_params) };
    case 'sql_task':
      return { ...own, parameters: merge('parameters', given.sql_params) };
    case 'spark_python_task':
      return { ...own, parameters: resolve(given.python_params ?? own['parameters'] ?? []) };
    case 'python_wheel_task':
      return { ...own, ...wheelParameters({ own, given, merge, resolve }) };
    default:
      return resolve(own) as typeof own;
  }
}

interface WheelInput {
  readonly own: Record<string, unknown>;
  readonly given: RunParameters;
  readonly merge: (field: string, override: RunParameters['python_named_params']) => object;
  readonly resolve: (value: unknown) => unknown;
}

/** A wheel takes a list or names, never both; job parameters have names. */
function wheelParameters({ own, given, merge, resolve }: WheelInput): object {
  const list = given.python_params ?? own['parameters'];
  return list === undefined
    ? { named_parameters: merge('named_parameters', given.python_named_params) }
    : { parameters: resolve(list) };
}

/** Values of the job's parameters, in which references may stand, too. */
function resolveJobParameters(input: ResolveInput): Record<string, string> {
  const { settings, parameters } = input.run;
  const values = Object.fromEntries((settings.parameters ?? []).map(({ name, default: value }) => [name, value]));
  return resolveReferences({ ...values, ...parameters.job_parameters }, createContext(input, {})) as typeof values;
}

function createContext({ run, task, values, address }: ResolveInput, parameters: Record<string, string>) {
  const ended = latestAttempts(run.tasks).flatMap(({ settings: { task_key: key }, phase }) =>
    isActive(phase)
      ? []
      : [[key, { resultState: resultStateOf(phase).toLowerCase(), values: values[key] ?? {} }] as const],
  );
  return {
    job: {
      id: run.jobId,
      name: run.settings.name,
      runId: run.runId,
      repairCount: run.episodes.length - 1,
      startTime: run.startTime,
      triggerType: run.trigger,
      parameters,
    },
    task: { name: task.settings.task_key, runId: task.runId, executionCount: task.attempt + 1 },
    tasks: Object.fromEntries(ended),
    workspace: { id: 0, url: address },
    input: task.input,
  };
}
