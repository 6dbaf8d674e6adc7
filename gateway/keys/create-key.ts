import { hash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type ApiKey, checkApiKeys } from '../../config/gateway-files.ts';
import { splitList } from '../../config/values.ts';
import { PinflowError } from '../../domain/errors.ts';

const USAGE =
  "usage: npm run gateway:key -- <id> --topics 'a.*,b.pin' [--streams 'streaming-a-*'] " +
  '[--requests-per-second N] [--bytes-per-second N]';

const text = { type: 'string' } as const;
const OPTIONS = { topics: text, streams: text, 'requests-per-second': text, 'bytes-per-second': text };

/**
 * Makes a key as the arguments say. The key itself is for the caller; its entry holds only the hash.
 * @throws PinflowError INPUT_INVALID
 */
export function createKey(args: readonly string[]): { readonly key: string; readonly entry: ApiKey } {
  const { id, topics, streams, ...rates } = readArguments(args);
  const key = `${id}.${randomBytes(32).toString('base64url')}`;
  const limits = Object.entries(rates).filter(([, rate]) => rate !== undefined);
  const checked = checkApiKeys([
    {
      ...{ id, sha256: hash('sha256', key), topics: toPatterns(topics), streams: toPatterns(streams) },
      ...Object.fromEntries(limits.map(([name, rate]) => [name, Number(rate)])),
    },
  ]);
  if ('problems' in checked) {
    const problems = checked.problems.map((problem) => problem.replace(/^, entry 0\./, ''));
    throw new PinflowError('INPUT_INVALID', `${problems.join('; ')}; ${USAGE}`);
  }
  const [entry] = checked.keys;
  if (entry === undefined) throw new Error('a key that was checked is gone');
  return { key, entry };
}

function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const [id, ...others] = positionals;
    if (id === undefined || others.length > 0) throw new Error('one id is needed');
    return {
      ...{ id, topics: values.topics, streams: values.streams },
      requestsPerSecond: values['requests-per-second'],
      bytesPerSecond: values['bytes-per-second'],
    };
  } catch (error) {
    throw new PinflowError('INPUT_INVALID', `${(error as Error).message}; ${USAGE}`);
  }
}

function toPatterns(list: string | undefined): string[] {
  return list === undefined ? [] : splitList(list);
}
