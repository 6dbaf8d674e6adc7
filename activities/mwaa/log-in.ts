import { PinflowError } from '../../domain/errors.ts';
import { fetchFromMwaa } from './fetch-from-mwaa.ts';

export type AirflowMajor = 2 | 3;

export interface WebLogin {
  /** Address of the environment's web server. */
  readonly address: string;
  /** Good for one login within a minute. */
  readonly token: string;
  readonly major: AirflowMajor;
}

/** An open session of the REST API. */
export interface AirflowSession {
  /** Address of the API, with its version. */
  readonly api: string;
  readonly major: AirflowMajor;
  /** What every call has to carry. Secret (I10). */
  readonly headers: Readonly<Record<string, string>>;
}

/** What differs between the two majors. */
const COLUMNS = {
  2: {
    ...{ login: '/aws_mwaa/login', api: '/api/v1', cookie: 'session' },
    carry: (value: string) => ({ cookie: `session=${value}` }),
  },
  3: {
    ...{ login: '/pluginsv2/aws_mwaa/login', api: '/api/v2', cookie: '_token' },
    carry: (value: string) => ({ authorization: `Bearer ${value}` }),
  },
} as const;

/**
 * Exchanges a web login token for a session. The answer is a redirection, which is not followed: its cookie is all that
 * is wanted. @throws PinflowError MWAA_UNAVAILABLE or MWAA_DENIED, without anything secret
 */
export async function logIn({ address, token, major }: WebLogin): Promise<AirflowSession> {
  const { login, api, cookie, carry } = COLUMNS[major];
  const answer = await fetchFromMwaa('log in', `${address}${login}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token }).toString(),
  });
  if (answer.status >= 500)
    throw new PinflowError('MWAA_UNAVAILABLE', `"${address}${login}" answered ${answer.status}`);
  const value = answer.status < 400 ? findCookie(answer.headers.getSetCookie(), { name: cookie, api }) : undefined;
  if (value !== undefined) return { api: `${address}${api}`, major, headers: carry(value) };
  throw new PinflowError(
    'MWAA_DENIED',
    `"${address}${login}" answered ${answer.status} and gave no cookie "${cookie}" for "${api}"`,
  );
}

/** A cookie of another path is for another part of the web server. */
function findCookie(lines: readonly string[], { name, api }: { name: string; api: string }): string | undefined {
  for (const line of lines) {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const path = attributes
      .map((attribute) => /^path=(.*)$/i.exec(attribute)?.[1])
      .find((found) => found !== undefined);
    const covers = path === undefined || path === '/' || api === path || api.startsWith(`${path.replace(/\/$/, '')}/`);
    if (pair.startsWith(`${name}=`) && covers) return pair.slice(name.length + 1);
  }
  return undefined;
}
