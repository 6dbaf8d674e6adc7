import { RESPONSE_TYPE } from './answer-error.ts';
import { REST_ERRORS, type RestErrorName } from './rest-errors.ts';

/** One answer, or one body, of a route. */
export function answerOf(input: { readonly type: string; readonly schema: object; readonly description: string }) {
  return { description: input.description, content: { [input.type]: { schema: input.schema } } };
}

/** The answers of these errors, by status. */
export function documentErrors(...names: readonly RestErrorName[]): Record<number, object> {
  const rows = names.map((name) => REST_ERRORS[name]);
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
