import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { PinflowError } from '../domain/errors.ts';
import { type Config, environmentSchema } from './schema.ts';
import { toConfig } from './to-config.ts';

/** The only reader of the process environment. */

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment as it is, for handing on to child processes. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env };
}

/** Folder of the local stack's state: engines' data, logs, ports. Ignored by git. */
export function stateDirectory(env: Variables = process.env): string {
  return resolve(env['PINFLOW_STATE'] || '.pinflow');
}

/** Folder of everything that is installed; shared by all checkouts, keyed by locked versions. */
export function cacheDirectory(env: Variables = process.env): string {
  const userCache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return resolve(env['PINFLOW_CACHE'] || join(userCache, 'pinflow'));
}

/**
 * Reads and checks the configuration: process environment first, then the file that a running local stack leaves in
 * its state folder, then defaults. An empty variable counts as unset.
 * @throws PinflowError CONFIG_INVALID naming every bad variable at once
 */
export function loadConfig(env: Variables = process.env): Config {
  const given = Object.fromEntries(
    Object.entries({ ...readStackVariables(env), ...withoutEmpty(env) }).filter(
      ([name]) => name in environmentSchema.shape,
    ),
  );
  const checked = environmentSchema.safeParse(given);
  if (checked.success) return toConfig(checked.data);
  const problems = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new PinflowError('CONFIG_INVALID', `configuration has ${problems.length} problem(s): ${problems.join('; ')}`);
}

/** Name of the file, inside the state folder, in which a running local stack says where its engines are. */
export const STACK_VARIABLES_FILE = 'stack.env';

function readStackVariables(env: Variables): Variables {
  try {
    return parseEnv(readFileSync(join(stateDirectory(env), STACK_VARIABLES_FILE), 'utf8'));
  } catch {
    return {};
  }
}

function withoutEmpty(env: Variables): Variables {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}
