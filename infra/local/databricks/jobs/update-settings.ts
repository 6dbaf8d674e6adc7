import { z } from 'zod';
import { check } from './check.ts';
import type { JobSettings } from './settings.ts';

/** Arrays of which `jobs/update` replaces only the elements with the same key. */
const KEYED = { tasks: 'task_key', job_clusters: 'job_cluster_key', environments: 'environment_key' } as const;

const updateSchema = z.looseObject({
  new_settings: z.looseObject({}).default({}),
  fields_to_remove: z.array(z.string()).default([]),
});
type Fields = Readonly<Record<string, unknown>>;

/** What a job's settings are after a `jobs/update`, not checked yet. Fields to remove are like `schedule` or `tasks/clean`. */
export function updateSettings(settings: JobSettings, parameters: unknown): Fields {
  const { new_settings: changes, fields_to_remove: removed } = check(updateSchema, parameters);
  const updated: Record<string, unknown> = { ...removed.reduce<Fields>(removeField, settings), ...changes };
  for (const [name, key] of Object.entries(KEYED)) {
    if (Array.isArray(changes[name])) updated[name] = mergeByKey(settings[name], changes[name], key);
  }
  return updated;
}

function removeField(settings: Fields, path: string): Fields {
  const [name = '', key] = path.split('/');
  const { [name]: value, ...rest } = settings;
  const keyName = KEYED[name as keyof typeof KEYED] as string | undefined;
  if (key === undefined || keyName === undefined || !Array.isArray(value)) return rest;
  return { ...rest, [name]: (value as Fields[]).filter((element) => element[keyName] !== key) };
}

function mergeByKey(old: unknown, changes: readonly unknown[], key: string): unknown[] {
  const byKey = new Map<unknown, unknown>();
  for (const element of [...((old ?? []) as unknown[]), ...changes]) byKey.set((element as Fields)[key], element);
  return [...byKey.values()];
}
