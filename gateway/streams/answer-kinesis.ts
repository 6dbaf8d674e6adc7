import type { FastifyReply, FastifyRequest } from 'fastify';
import { toRestError } from '../answer-error.ts';
import { RETRY_AFTER_SECONDS } from '../rest-errors.ts';
import { KinesisFailure } from './kinesis-failure.ts';

export const KINESIS_TYPE = 'application/json';

/** Names that errors of this gateway's own get in the place where Kinesis gives the name of its exception. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'MissingAuthenticationTokenException',
  403: 'AccessDeniedException',
  404: 'UnknownOperationException',
  413: 'RequestEntityTooLargeException',
  414: 'UriTooLongException',
  415: 'UnsupportedMediaTypeException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
};

/**
 * An answer in the JSON of the API of Kinesis, as the AWS integration of API Gateway passes it on: a time is a number of
 * seconds, data is base64.
 */
export function writeAnswer({ $metadata, ...answer }: Readonly<Record<string, unknown>>): Buffer {
  const members = Object.values(answer).filter((member) => member !== undefined);
  // Actions without a result answer with an empty body, not with an empty object.
  return members.length === 0 ? Buffer.alloc(0) : Buffer.from(JSON.stringify(toWire(answer)));
}

function toWire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toWire(member)]));
}

/** Answers a request that failed as a whole with `{"__type","message"}`. */
export function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, type, message } = error instanceof KinesisFailure ? error : toFailure(error);
  const level = status < 500 ? 'info' : status === 503 ? 'warn' : 'error';
  request.log[level](
    { method: request.method, url: request.url, status, type, ...(status === 500 && { err: error }) },
    'request failed',
  );
  if (status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  return reply
    .code(status)
    .type(KINESIS_TYPE)
    .send(Buffer.from(JSON.stringify({ __type: type, message })));
}

function toFailure(error: unknown): KinesisFailure {
  const { status, message } = toRestError(error);
  return new KinesisFailure({ status, type: TYPES[status] ?? 'InternalFailure', message });
}
