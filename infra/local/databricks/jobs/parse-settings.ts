import { z } from 'zod';
import { invalidParameter } from '../errors.ts';
import type { ApiVersion } from '../route.ts';
import { check } from './check.ts';
import { checkLimits } from './check-limits.ts';
import { checkTasks } from './check-tasks.ts';
import { type JobSettings, jobSettings, taskSettings } from './settings.ts';

/** What settings may name. */
export interface KnownThings {
  readonly hasCluster: (clusterId: string) => boolean;
  readonly hasJob: (jobId: number) => boolean;
}

/** Settings of a job, with the defaults that the platform adds. */
export function parseJobSettings(
  parameters: unknown,
  { version, ...known }: KnownThings & { readonly version: ApiVersion },
): JobSettings {
  const settings = parseChecked(withoutCallFields(parameters), known);
  refuseTriggers(settings);
  // Only jobs made through 2.2 queue their runs unless they say otherwise.
  return { ...settings, queue: settings.queue ?? { enabled: version === '2.2' } };
}

/** A submitted run as settings of its own. */
export function parseSubmit(parameters: unknown, known: KnownThings): JobSettings {
  const body = (parameters ?? {}) as Readonly<Record<string, unknown>>;
  const { run_name: name, idempotency_token: _, ...rest } = body;
  const task = toOnlyTask(body);
  const named = { ...rest, ...(name !== undefined && { name }), ...(task !== undefined && { tasks: [task] }) };
  const settings = parseChecked(named, { ...known, isSubmitted: true });
  if (settings.tasks.length === 0) throw invalidParameter('tasks: give at least one');
  // The provider looks the task of a run of one task up by the run's name, which may be no task key, like "group.task".
  const [only] = settings.tasks;
  return task === undefined || only === undefined
    ? settings
    : { ...settings, tasks: [{ ...only, task_key: settings.name }] };
}

/** Fields of a task which older clients, the Airflow provider among them, put beside `run_name`. */
const TASK_FIELDS = [
  ...['existing_cluster_id', 'new_cluster', 'libraries', 'environment_key'],
  ...['max_retries', 'min_retry_interval_millis', 'retry_on_timeout'],
];

function toOnlyTask(body: Readonly<Record<string, unknown>>): object | undefined {
  const isSet = (value: unknown) => value !== undefined && value !== null;
  const kinds = Object.keys(body).filter((name) => name.endsWith('_task') && isSet(body[name]));
  if (kinds.length === 0 || isSet(body['tasks'])) return undefined;
  const fields = [...kinds, ...TASK_FIELDS].filter((name) => isSet(body[name]));
  return { task_key: 'only', ...Object.fromEntries(fields.map((name) => [name, body[name]])) };
}

function parseChecked(input: unknown, known: KnownThings & { readonly isSubmitted?: boolean }): JobSettings {
  refuseForeignKinds(input);
  const settings = check(jobSettings, input);
  if (settings['git_source'] !== undefined && settings['git_source'] !== null)
    throw invalidParameter('git_source: files of a git repository are not served by this local server');
  checkLimits(settings);
  checkTasks(settings, known);
  return settings;
}

/** Names the kind of a task that is not served, instead of only missing those that are. */
function refuseForeignKinds(input: unknown): void {
  const lists = z.looseObject({ tasks: z.array(z.looseObject({})) }).safeParse(input);
  for (const task of lists.data?.tasks ?? []) {
    const kind = Object.keys(task).find(
      (name) => name.endsWith('_task') && task[name] && !(name in taskSettings.shape),
    );
    if (kind !== undefined)
      throw invalidParameter(`task "${String(task['task_key'])}": ${kind} is not served by this local server`);
  }
}

/** This server starts nothing by itself; a job that waits for something else must be paused, or it would wait in vain. */
function refuseTriggers(settings: JobSettings): void {
  for (const name of ['schedule', 'trigger', 'continuous'] as const) {
    const trigger = settings[name] as { pause_status?: unknown } | undefined | null;
    if (trigger !== undefined && trigger !== null && trigger.pause_status !== 'PAUSED')
      throw invalidParameter(`${name}: is not served by this local server unless its pause_status is PAUSED`);
  }
}

/** Create has settings and what belongs to the call in one object. */
function withoutCallFields(parameters: unknown): object {
  const { access_control_list: _, job_id: __, ...settings } = (parameters ?? {}) as Record<string, unknown>;
  return settings;
}
