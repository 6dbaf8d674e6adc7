import { API_KEY_HEADER } from '../../domain/api-key.ts';
import { PinflowError } from '../../domain/errors.ts';

/** The gateway answers within 20 s whatever happens behind it; this is that and the way there and back. */
const ANSWER_LIMIT_MS = 25_000;

export interface GatewayAddress {
  readonly url: string;
  readonly key?: string | undefined;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends one request. Connections are kept open from one to the next by Node's fetch.
 * @throws PinflowError GATEWAY_UNAVAILABLE where there is no answer; the reason of the signal, once that is aborted
 */
export async function askGateway(
  url: string,
  request: {
    readonly method: 'POST' | 'PUT';
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** Says who asks. It is in no error: those end in history (I10). */
    readonly key: string | undefined;
    readonly signal?: AbortSignal;
  },
): Promise<GatewayAnswer> {
  const { signal, key, headers, ...rest } = request;
  const limit = AbortSignal.timeout(ANSWER_LIMIT_MS);
  try {
    const response = await fetch(url, {
      ...rest,
      headers: { ...headers, ...(key !== undefined && { [API_KEY_HEADER]: key }) },
      redirect: 'manual',
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    signal?.throwIfAborted();
    throw new PinflowError('GATEWAY_UNAVAILABLE', `gateway at "${url}" did not answer: ${describeCause(error)}`, {
      cause: error,
    });
  }
}

/** fetch says only "fetch failed"; what happened is in the cause, and of several tries that failed only a code. */
function describeCause(error: unknown): string {
  const cause = isObject(error) && isObject(error['cause']) ? error['cause'] : error;
  if (!isObject(cause)) return String(cause);
  return (
    [cause['message'], cause['code']].find((text) => typeof text === 'string' && text !== '')?.toString() ??
    'fetch failed'
  );
}

/** The error for an answer that is no success. `target` is what the records were for. */
export function refusal(input: {
  readonly target: string;
  readonly answer: GatewayAnswer;
  /** Says of an error of another status that it passes, by the type of its envelope. */
  readonly passes?: (type: string) => boolean;
}): PinflowError {
  const { target, answer, passes } = input;
  const { status, text } = answer;
  const envelope = readEnvelope(text);
  const passing = status === 408 || status === 429 || status >= 500 || passes?.(envelope.type) === true;
  const said = [envelope.type, envelope.message].filter((part) => part !== '').join(' ');
  return new PinflowError(
    passing ? 'GATEWAY_UNAVAILABLE' : 'GATEWAY_REFUSED',
    `gateway answered ${status} to records for ${target}${said === '' ? '' : `: ${said}`}`,
  );
}

/** Reads every envelope a gateway may speak: `{"error_code","message"}`, `{"__type","message"}` and API Gateway's `{"message"}`. */
function readEnvelope(text: string): { readonly type: string; readonly message: string } {
  const envelope = parseJson(text);
  if (!isObject(envelope) || typeof envelope['message'] !== 'string') return { type: '', message: '' };
  const type = envelope['error_code'] ?? envelope['__type'];
  return {
    type: typeof type === 'number' || typeof type === 'string' ? String(type) : '',
    message: envelope['message'],
  };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
