/**
 * One HTTP call of the Jobs API. It stands below the SDK's typed services because the SDK's own transport repeats calls
 * by itself, hides `Retry-After`, has no deadline, checks no certificate unless told to and rounds large ids.
 */

export interface ApiRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly payload: unknown;
  /** Ends the call, also while its answer is being read. */
  readonly signal: AbortSignal;
}

/** An answer that is no success. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  readonly errorCode: string;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, body: string, retryAfterMs: number | undefined) {
    const { error_code, message } = readEnvelope(body);
    super(message);
    this.status = status;
    this.errorCode = error_code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A longer pause would outlive the activity that asked: submitting, cancelling and reading have half an hour. */
const LONGEST_PAUSE_MS = 300_000;
/** An error page of a proxy says no more than this in a message. */
const MOST_TEXT = 300;

/** @throws ApiFailure for any status but 2xx; SyntaxError for an answer that is no JSON; whatever fetch throws */
export async function sendRequest({ url, method, headers, payload, signal }: ApiRequest): Promise<unknown> {
  const body = payload === undefined ? {} : { body: writeJson(payload) };
  // A redirect leads to a login page, or takes the token to another host.
  const response = await fetch(url, { method, headers, ...body, signal, redirect: 'manual' });
  const text = await response.text();
  if (!response.ok) throw new ApiFailure(response.status, text, readRetryAfter(response.headers.get('retry-after')));
  return text === '' ? {} : readJson(text);
}

/** Lacking in TypeScript's description of the language (ES2026). */
const parse = JSON.parse as (
  text: string,
  revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => object };

/** Whole numbers that a number cannot hold become bigints: a run id that is off by one is somebody else's run. */
export function readJson(text: string): unknown {
  return parse(text, (_, value, { source = '' }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value,
  );
}

/** The inverse: a bigint is written as a number with all its digits. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? rawJSON(String(part)) : part));
}

/** Seconds or a date. */
function readRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const pause = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(pause) ? undefined : Math.min(Math.max(pause, 0), LONGEST_PAUSE_MS);
}

function readEnvelope(body: string): { error_code: string; message: string } {
  try {
    const { error_code = 'UNKNOWN', message = '' } = JSON.parse(body) as Record<string, unknown>;
    return { error_code: String(error_code), message: String(message) };
  } catch {
    return { error_code: 'UNKNOWN', message: body.slice(0, MOST_TEXT) };
  }
}
