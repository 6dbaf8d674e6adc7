import { PinflowError } from '../../domain/errors.ts';

/** The web server of a small environment is slow, and a call that hangs is better made again. */
const ANSWER_MS = 30_000;

/** @throws PinflowError MWAA_UNAVAILABLE, which names the address and nothing of the request */
export async function fetchFromMwaa(what: string, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new PinflowError('MWAA_UNAVAILABLE', `could not ${what} at "${new URL(url).origin}": ${reason}`);
  }
}
