import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { API_KEY_ID } from '../domain/api-key.ts';
import { PinflowError } from '../domain/errors.ts';
import { isNamePattern } from '../domain/name-patterns.ts';
import type { Config } from './schema.ts';

/** What the gateway reads from the files that its configuration names. */

const patterns = z.array(z.string().refine(isNamePattern, 'expected a name in which * stands for any characters'));

const perSecond = z.number().positive().optional();

const apiKey = z.strictObject({
  id: z.string().regex(API_KEY_ID, 'expected a lower-case letter or a digit, then up to 39 of them and hyphens'),
  /** Of the whole key, in lower-case hexadecimal digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits in lower case'),
  topics: patterns,
  streams: patterns,
  requestsPerSecond: perSecond,
  bytesPerSecond: perSecond,
});

const apiKeys = z
  .array(apiKey)
  .min(1, 'expected at least one key')
  .superRefine((keys, context) => {
    keys.forEach(({ id }, place) => {
      if (keys.findIndex((key) => key.id === id) < place)
        context.addIssue({ code: 'custom', path: [place, 'id'], message: `"${id}" is there twice` });
    });
  });

/** One entry of the file of keys. */
export type ApiKey = z.infer<typeof apiKey>;

export interface GatewayFiles {
  /** Undefined where everybody may ask. */
  readonly keys: readonly ApiKey[] | undefined;
  /** PEM. Undefined where the gateway speaks plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
}

/** @throws PinflowError CONFIG_INVALID with all that is wrong with all files */
export function loadGatewayFiles({ keys, tls }: Pick<Config['gateway'], 'keys' | 'tls'>): GatewayFiles {
  const problems: string[] = [];
  const files = {
    keys: keys === undefined ? undefined : readKeys(keys, problems),
    tls: tls === undefined ? undefined : readTls(tls, problems),
  };
  if (problems.length === 0) return files;
  throw new PinflowError('CONFIG_INVALID', `configuration has ${problems.length} problem(s): ${problems.join('; ')}`);
}

function readKeys(path: string, problems: string[]): readonly ApiKey[] {
  const where = `PINFLOW_GATEWAY_KEYS: "${path}"`;
  const text = readText(path, { where, problems });
  if (text === undefined) return [];
  const checked = checkApiKeys(parseJson(text));
  if ('keys' in checked) return checked.keys;
  problems.push(...checked.problems.map((problem) => `${where}${problem}`));
  return [];
}

/** Checks what is to be the array in the file of keys. */
export function checkApiKeys(
  value: unknown,
): { readonly keys: readonly ApiKey[] } | { readonly problems: readonly string[] } {
  const checked = apiKeys.safeParse(value);
  if (checked.success) return { keys: checked.data };
  const place = (path: readonly PropertyKey[]) => (path.length === 0 ? '' : `, entry ${path.join('.')}`);
  return { problems: checked.error.issues.map(({ path, message }) => `${place(path)}: ${message}`) };
}

function readTls(paths: { readonly cert: string; readonly key: string }, problems: string[]) {
  const cert = readText(paths.cert, { where: `PINFLOW_GATEWAY_TLS_CERT: "${paths.cert}"`, problems });
  const key = readText(paths.key, { where: `PINFLOW_GATEWAY_TLS_KEY: "${paths.key}"`, problems });
  if (cert === undefined || key === undefined) return undefined;
  try {
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (error) {
    const names = 'PINFLOW_GATEWAY_TLS_CERT and PINFLOW_GATEWAY_TLS_KEY';
    problems.push(`${names}: "${paths.cert}" and "${paths.key}" are no pair in PEM: ${(error as Error).message}`);
    return undefined;
  }
}

function readText(path: string, { where, problems }: { where: string; problems: string[] }): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    problems.push(`${where} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    return undefined;
  }
}

/** What is no JSON is no array either. The parser's own message would quote the file. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
