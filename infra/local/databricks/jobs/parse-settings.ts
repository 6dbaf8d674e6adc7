import { z } from 'zod';
import { invalidParameter } from '../errors.ts';
import type { ApiVersion } from '../route.ts';
import { check } from './check.ts';
import { checkLimits } from './check-limits.ts';
import { checkTasks, type Known, type KnownThings } from './check-tasks.ts';
import { type JobSettings, jobSettings, taskSettings, type TaskSettings } from './settings.ts';

const request = z.looseObject({});
type Fields = z.output<typeof request>;

/** Settings of a job, with the defaults that the platform adds. */
export function parseJobSettings(
  parameters: unknown,
  { version, ...known }: KnownThings & { readonly version: ApiVersion },
): JobSettings {
  // Create has settings and what belongs to the call in one object.
  const { access_control_list: _, job_id: __, ...given } = check(request, parameters);
  const [kind] = listKinds(given);
  // A job without tasks may be stored, so that this one would do nothing and call that a success.
  if (kind !== undefined) throw invalidParameter(`${kind}: what a job does has to stand in its tasks`);
  const settings = parseChecked(given, known);
  refuseTriggers(settings);
  // Only jobs made through 2.2 queue their runs unless they say otherwise.
  return { ...settings, queue: settings.queue ?? { enabled: version === '2.2' } };
}

/** A submitted run as settings of its own. */
export function parseSubmit(parameters: unknown, known: KnownThings): JobSettings {
  const { run_name: name, idempotency_token: _, ...given } = check(request, parameters);
  const submitted = { ...known, isSubmitted: true };
  // An empty name is none, as everywhere on the platform.
  const named = { ...given, name: name === '' ? undefined : name };
  if (listKinds(given).length > 0) return parseOnlyTask(named, submitted);
  const settings = parseChecked(named, submitted);
  if (settings.tasks.length === 0) throw invalidParameter('tasks: give at least one');
  return settings;
}

/** Fields of a task which older clients, the Airflow provider among them, put beside `run_name`. */
const TASK_FIELDS = [
  ...['existing_cluster_id', 'new_cluster', 'job_cluster_key', 'libraries', 'environment_key'],
  ...['max_retries', 'min_retry_interval_millis', 'retry_on_timeout', 'disable_auto_optimization'],
];

/** The form without a list of tasks. */
function parseOnlyTask({ tasks = [], ...given }: Fields, known: Known): JobSettings {
  const names = new Set([...listKinds(given), ...TASK_FIELDS]);
  const kinds = listKinds(given).join(' and ');
  if (!Array.isArray(tasks) || tasks.length > 0) throw invalidParameter(`give either tasks or ${kinds}, not both`);
  const { true: ofTask = [], false: ofRun = [] } = Object.groupBy(Object.entries(given), ([name]) =>
    names.has(name) ? 'true' : 'false',
  );
  const task = { task_key: 'only', ...Object.fromEntries(ofTask) };
  const settings = parseChecked({ ...Object.fromEntries(ofRun), tasks: [task] }, known);
  // The provider looks the task of such a run up by the run's name, which may be no task key, like "group.task".
  return { ...settings, tasks: settings.tasks.map((only) => ({ ...only, task_key: settings.name })) };
}

/** Names of the fields that say what a task does. */
function listKinds(fields: Fields): string[] {
  return Object.keys(fields).filter((name) => name.endsWith('_task'));
}

function parseChecked(input: Fields, known: Known): JobSettings {
  refuseForeignKinds(input);
  const settings = check(jobSettings, input);
  if (settings['git_source'] !== undefined)
    throw invalidParameter('git_source: files of a git repository are not served by this local server');
  checkLimits(settings);
  checkTasks(settings, known);
  return { ...settings, tasks: settings.tasks.map(sortDependencies) };
}

/** The platform gives dependencies back in the order of their keys. */
function sortDependencies(task: TaskSettings): TaskSettings {
  if (task.depends_on === undefined) return task;
  const byKey = ({ task_key: a }: { task_key: string }, { task_key: b }: { task_key: string }) =>
    a < b ? -1 : Number(a > b);
  return { ...task, depends_on: task.depends_on.toSorted(byKey) };
}

const anyTasks = z.looseObject({
  tasks: z.array(z.looseObject({ for_each_task: z.looseObject({ task: request.optional() }).optional() })),
});

/** Names the kind of a task that is not served, instead of only missing those that are. */
function refuseForeignKinds(input: Fields): void {
  const tasks = anyTasks.safeParse(input).data?.tasks ?? [];
  for (const task of tasks.flatMap((outer) => [outer, outer.for_each_task?.task ?? {}] as Fields[])) {
    const kind = listKinds(task).find((name) => !(name in taskSettings.shape));
    if (kind !== undefined)
      throw invalidParameter(`task "${String(task['task_key'])}": ${kind} is not served by this local server`);
  }
}

/** This server starts nothing by itself; a job that waits for something else must be paused, or it would wait in vain. */
function refuseTriggers(settings: JobSettings): void {
  for (const name of ['schedule', 'trigger', 'continuous'] as const) {
    const trigger = settings[name] as { pause_status?: unknown } | undefined;
    if (trigger !== undefined && trigger.pause_status !== 'PAUSED')
      throw invalidParameter(`${name}: is not served by this local server unless its pause_status is PAUSED`);
  }
}
