import type { FastifyReply, FastifyRequest } from 'fastify';
import { REST_ERRORS, RestError, RETRY_AFTER_SECONDS } from './rest-errors.ts';

export const RESPONSE_TYPE = 'application/vnd.kafka.v2+json';

/** Answers a request that failed as a whole with `{"error_code","message"}`. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code, message } = toRestError(error);
  const level = status < 500 ? 'info' : status === 503 ? 'warn' : 'error';
  request.log[level](
    { method: request.method, url: request.url, status, code, ...(level === 'error' && { err: error }) },
    'request failed',
  );
  if (status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  return reply
    .code(status)
    .type(RESPONSE_TYPE)
    .send(Buffer.from(JSON.stringify({ error_code: code, message })));
}

/** What fastify refuses by itself included. */
export function toRestError(error: unknown): Pick<RestError, 'status' | 'code' | 'message'> {
  if (error instanceof RestError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return { ...REST_ERRORS.UNSUPPORTED_MEDIA_TYPE, message: 'content type is not supported' };
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status >= 400 && status < 500)
    return { status, code: status, message: error instanceof Error ? error.message : 'bad request' };
  return { ...REST_ERRORS.INTERNAL, message: 'internal error' };
}
