import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ApiKey } from '../../config/gateway-files.ts';
import { API_KEY_HEADER, idOfApiKey } from '../../domain/api-key.ts';
import { NamePatterns } from '../../domain/name-patterns.ts';
import { RestError } from '../rest-errors.ts';
import { Quota } from './quota.ts';

/** Somebody who has shown a key. */
export interface Caller {
  readonly id: string;
  readonly topic: NamePatterns;
  readonly stream: NamePatterns;
  readonly quota: Quota;
}

/** What no key is hashed to. */
const NO_HASH = Buffer.alloc(32);

/** Those who may ask, by the hashes of their keys. */
export class Callers {
  readonly #callers: ReadonlyMap<string, { readonly caller: Caller; readonly sha256: Buffer }>;

  constructor(keys: readonly ApiKey[], now: number) {
    this.#callers = new Map(
      keys.map((key) => {
        const [topic, stream] = [new NamePatterns(key.topics), new NamePatterns(key.streams)];
        const caller = { id: key.id, topic, stream, quota: new Quota(key, now) };
        return [key.id, { caller, sha256: Buffer.from(key.sha256, 'hex') }];
      }),
    );
  }

  /** @throws RestError 401 / 40101, which never holds what was shown */
  identify(headers: IncomingHttpHeaders): Caller {
    const key = readKey(headers);
    if (key === undefined) {
      const ways = `as ${API_KEY_HEADER}, or its id and what follows the period with HTTP Basic`;
      throw new RestError('UNAUTHENTICATED', `no key was sent; send one ${ways}`);
    }
    const known = this.#callers.get(idOfApiKey(key));
    // The same work for an id that there is not.
    const isRight = timingSafeEqual(hash('sha256', key, 'buffer'), known?.sha256 ?? NO_HASH);
    if (known !== undefined && isRight) return known.caller;
    throw new RestError('UNAUTHENTICATED', 'the key that was sent is not valid');
  }
}

/** The key as API Gateway's clients send it, or as those of a REST proxy can. */
function readKey(headers: IncomingHttpHeaders): string | undefined {
  const own = headers[API_KEY_HEADER];
  if (own !== undefined) return String(own);
  const basic = /^basic +([\w+/=-]+)$/i.exec(headers.authorization ?? '')?.[1];
  return basic === undefined ? undefined : Buffer.from(basic, 'base64').toString('utf8').replace(':', '.');
}
