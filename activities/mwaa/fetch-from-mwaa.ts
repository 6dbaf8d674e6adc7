import { PinflowError } from '../../domain/errors.ts';

/** The web server of a small environment is slow, and a call that hangs is better made again. */
const ANSWER_MS = 30_000;

/** What an answer that is no success means, that of the service as that of its Airflow. */
export function judgeStatus(status: number): 'MWAA_DENIED' | 'MWAA_UNAVAILABLE' | 'MWAA_REFUSED' {
  if (status === 401 || status === 403) return 'MWAA_DENIED';
  return status >= 500 || status === 429 ? 'MWAA_UNAVAILABLE' : 'MWAA_REFUSED';
}

/** @throws PinflowError MWAA_UNAVAILABLE, which names the address and nothing of the request */
export async function fetchFromMwaa(what: string, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new PinflowError('MWAA_UNAVAILABLE', `could not ${what} at "${new URL(url).origin}": ${reason}`);
  }
}
