import { z } from 'zod';
import { invalidParameter } from '../errors.ts';
import { check, flag, wholeNumber } from './check.ts';
import { checkRunParameters } from './check-limits.ts';
import { type JobSettings, runParameters, type RunParameters } from './settings.ts';

export interface ParsedRunNow {
  readonly jobId: number;
  readonly parameters: RunParameters;
  readonly only: readonly string[] | undefined;
  readonly queue: boolean | undefined;
}

const runNowSchema = z.looseObject({
  job_id: wholeNumber.positive(),
  only: z.array(z.string()).optional(),
  queue: z.looseObject({ enabled: flag }).optional(),
});

/** Parameters of kinds of task that this server does not run. */
const FOREIGN_PARAMETERS = ['jar_params', 'spark_submit_params', 'dbt_commands', 'pipeline_params'] as const;

export function parseRunNow(parameters: unknown): ParsedRunNow {
  const { job_id: jobId, only, queue } = check(runNowSchema, parameters);
  // An empty list is none: it would leave out every task and call that a success.
  const keys = isEmpty(only) ? undefined : only;
  return { jobId, parameters: parseRunParameters(parameters), only: keys, queue: queue?.enabled };
}

/** What a run or a repair is given on top of its job's settings. */
export function parseRunParameters(input: unknown): RunParameters {
  const fields = (input ?? {}) as Readonly<Record<string, unknown>>;
  // The workflow group of the Airflow provider sends an empty list of jar parameters with every run.
  const foreign = FOREIGN_PARAMETERS.find((name) => !isEmpty(fields[name]));
  if (foreign === 'jar_params' && !isEmpty(fields['notebook_params']))
    throw invalidParameter('jar_params and notebook_params exclude each other');
  if (foreign !== undefined)
    throw invalidParameter(`${foreign} is for a kind of task that this local server does not run`);
  // Empty is not given: it must not take the place of what a task says.
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
  const parameters = check(runParameters, given);
  checkRunParameters(parameters);
  return parameters;
}

/** Refuses what the job does not have. */
export function checkRunNow(
  { only, parameters }: Pick<ParsedRunNow, 'only' | 'parameters'>,
  settings: JobSettings,
): void {
  const { name: jobName, tasks } = settings;
  if (tasks.length === 0) throw invalidParameter(`job "${jobName}" has no task to run`);
  const unknownTask = only?.find((key) => !tasks.some(({ task_key }) => task_key === key));
  if (unknownTask !== undefined) throw invalidParameter(`only: the job has no task "${unknownTask}"`);
  checkDeclared(parameters, settings);
}

/** Job parameters can only be given a value when the job has them. */
export function checkDeclared({ job_parameters: given }: RunParameters, { parameters: declared }: JobSettings): void {
  const names = new Set((declared ?? []).map(({ name }) => name));
  const unknown = Object.keys(given ?? {}).find((name) => !names.has(name));
  if (unknown !== undefined) throw invalidParameter(`job_parameters: the job has no parameter "${unknown}"`);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
