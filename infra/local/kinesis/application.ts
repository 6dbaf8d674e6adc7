import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { runNamedOperation, withStreamName } from './operations.ts';
import { requestTooLarge } from './record-limits.ts';
import type { Service } from './service.ts';
import { ServiceError, toServiceError } from './service-error.ts';

const JSON_1_1 = 'application/x-amz-json-1.1';
/** Far beyond what is refused in AWS's words, so that whoever sends somewhat too much gets to read them. */
const BODY_LIMIT = 64 * 1024 * 1024;

/** The HTTP side of the double: every operation is a POST to the root whose header names it. */
export function createKinesis(service: Service): FastifyInstance {
  const server = fastify({ forceCloseConnections: true, bodyLimit: BODY_LIMIT });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_, text, done) => done(null, text));
  server.addHook('onRequest', (_, reply, done) => {
    void reply.header('x-amzn-requestid', randomUUID()).type(JSON_1_1);
    done();
  });
  server.setErrorHandler((error, _, reply) => {
    const isTooLarge = (error as { code?: string }).code === 'FST_ERR_CTP_BODY_TOO_LARGE';
    const { status, type, message } = isTooLarge ? requestTooLarge() : toServiceError(error);
    void reply.code(status).send(JSON.stringify({ __type: type, message }));
  });
  server.post('/', async (request, reply) => {
    checkCredentials(request);
    const operation = nameOperation(request);
    const input = withStreamName(parseBody(request.body));
    const answer = await runNamedOperation(service, operation, input);
    if (operation.startsWith('PutRecord') && service.faults.losesAnswer(String(input['StreamName'])))
      return lose(request, reply);
    return await reply.send(answer === undefined ? '' : JSON.stringify(answer));
  });
  return server;
}

/** Signatures are not verified, only that there is one. */
function checkCredentials({ headers }: FastifyRequest): void {
  if (headers.authorization === undefined)
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (!/\bCredential=[^,\s]+/.test(headers.authorization))
    throw new ServiceError('IncompleteSignatureException', "Authorization header requires 'Credential' parameter.");
}

function nameOperation({ headers }: FastifyRequest): string {
  const [service, operation] = String(headers['x-amz-target']).split('.');
  if (service !== 'Kinesis_20131202' || operation === undefined)
    throw new ServiceError('UnknownOperationException', '');
  return operation;
}

function parseBody(body: unknown): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(String(body));
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw new ServiceError('SerializationException', 'the body is no JSON object');
}

function lose(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
  return reply;
}
