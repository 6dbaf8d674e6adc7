import { RESPONSE_TYPE } from './answer-error.ts';
import { answerOf } from './openapi.ts';
import { REST_ERRORS, type RestErrorName } from './rest-errors.ts';

/** What may become of a request to any path below `/topics`. */
const EVERYWHERE = [
  ...(['MALFORMED', 'TIMED_OUT', 'URL_TOO_LONG', 'UNSUPPORTED_MEDIA_TYPE', 'HEADERS_TOO_LARGE'] as const),
  ...(['UNAUTHENTICATED', 'UNAUTHORIZED', 'OVER_QUOTA', 'INTERNAL'] as const),
] satisfies readonly RestErrorName[];

/** The answers of these errors, and of those that every path has, by status. */
export function documentErrors(...names: readonly RestErrorName[]): Record<number, object> {
  const rows = [...EVERYWHERE, ...names].map((name) => REST_ERRORS[name]);
  const answers = [...Map.groupBy(rows, ({ status }) => status)].map(([status, alike]) => {
    const description = alike.map(({ code, summary }) => `${code}: ${summary}`).join('; ');
    const schema = errorSchema(alike.map(({ code }) => code));
    return [status, { ...answerOf({ type: RESPONSE_TYPE, schema, description }), ...headersOf(status) }];
  });
  return Object.fromEntries(answers) as Record<number, object>;
}

/** `{"error_code","message"}`. */
export function errorSchema(codes: readonly number[]): object {
  return {
    type: 'object',
    required: ['error_code', 'message'],
    additionalProperties: false,
    properties: { error_code: { type: 'integer', enum: codes }, message: { type: 'string' } },
  };
}

/** A caller that is sent away is told when to come back. */
export function headersOf(status: number): object {
  if (status !== 429 && status !== 503) return {};
  const description = 'seconds after which to come back';
  return { headers: { 'Retry-After': { type: 'integer', description } } };
}
