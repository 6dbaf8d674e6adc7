import { z } from 'zod';
import { invalidParameter } from '../errors.ts';
import { check } from './check.ts';
import type { JobSettings } from './settings.ts';

/** Arrays of which `jobs/update` replaces only the elements with the same key. */
const KEYED = { tasks: 'task_key', job_clusters: 'job_cluster_key', environments: 'environment_key' } as const;

const updateSchema = z.looseObject({
  new_settings: z.looseObject({}).default({}),
  fields_to_remove: z.array(z.string()).default([]),
});
const resetSchema = z.looseObject({ new_settings: z.looseObject({}) });
type Fields = Readonly<Record<string, unknown>>;

/** What a job's settings are after a `jobs/reset`, not checked yet: the new ones, but whom it runs as stays unless they say. */
export function resetSettings({ run_as }: JobSettings, parameters: unknown): Fields {
  const { new_settings: settings } = check(resetSchema, parameters);
  return { ...(run_as !== undefined && { run_as }), ...settings };
}

/** What a job's settings are after a `jobs/update`, not checked yet. Fields to remove are like `schedule` or `tasks/clean`. */
export function updateSettings(settings: JobSettings, parameters: unknown): Fields {
  const { new_settings: changes, fields_to_remove: removed } = check(updateSchema, parameters);
  const kept = removed.reduce<Fields>(removeField, settings);
  const updated: Record<string, unknown> = { ...kept, ...changes };
  for (const [name, key] of Object.entries(KEYED)) {
    if (Array.isArray(changes[name])) updated[name] = mergeByKey(kept[name], changes[name], key);
  }
  return updated;
}

function removeField(settings: Fields, path: string): Fields {
  const [name = '', key, ...more] = path.split('/');
  const { [name]: value, ...rest } = settings;
  if (key === undefined) return rest;
  const keyName = KEYED[name as keyof typeof KEYED] as string | undefined;
  if (keyName === undefined || more.length > 0)
    throw invalidParameter(`fields_to_remove: "${path}" is neither a whole field nor an element of a list with keys`);
  if (!Array.isArray(value)) return settings;
  return { ...rest, [name]: (value as Fields[]).filter((element) => element[keyName] !== key) };
}

function mergeByKey(old: unknown, changes: readonly unknown[], key: string): unknown[] {
  const byKey = new Map<unknown, unknown>();
  for (const element of [...((old ?? []) as unknown[]), ...changes]) byKey.set((element as Fields)[key], element);
  return [...byKey.values()];
}
