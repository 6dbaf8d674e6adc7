import type { ListStreamsOutput, PutRecordsOutput } from '@aws-sdk/client-kinesis';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Admission } from '../access/admission.ts';
import type { BodyRoom } from '../body-room.ts';
import { answerFailure, KINESIS_TYPE, writeAnswer } from './answer-kinesis.ts';
import type { AskKinesis } from './ask-kinesis.ts';
import { KinesisFailure } from './kinesis-failure.ts';
import { STREAM_ROUTES, type StreamRequest } from './stream-actions.ts';

/** Serves the paths of the course's API Gateway in front of Kinesis. Each is one action, asked once. */
export function serveStreams(
  server: FastifyInstance,
  input: { readonly ask: AskKinesis; readonly admission: Admission; readonly bodies: BodyRoom },
): void {
  const { ask, admission, bodies } = input;
  admission.guard(server);
  takeUntypedAsJson(server);
  bodies.takeBodies(server, ['application/json']);
  server.setErrorHandler(answerFailure);
  server.setNotFoundHandler((request, reply) => answerFailure(unknownPath(request), request, reply));
  for (const { method, url, document, readAction } of STREAM_ROUTES) {
    server.route({
      method,
      url,
      config: { document },
      async handler(request: StreamRequest, reply) {
        const answer = await ask(await readAction(request));
        logFailed(request, answer);
        return reply
          .type(KINESIS_TYPE)
          .send(writeAnswer({ ...answer, ...listAllowed(answer, (stream) => admission.allows(stream, request)) }));
      },
    });
  }
}

/** A body without a content type is JSON, as API Gateway takes it. One of another type is not read. */
function takeUntypedAsJson(server: FastifyInstance): void {
  server.addHook('onRequest', ({ headers }, _reply, done) => {
    headers['content-type'] ??= 'application/json';
    done();
  });
  server.addContentTypeParser('*', ({ headers }, _body, done) => {
    const message = `content type "${headers['content-type']}" is not supported, only application/json is`;
    done(new KinesisFailure({ status: 415, type: 'UnsupportedMediaTypeException', message }));
  });
}

/** Kinesis lists all streams of its account. */
function listAllowed(
  { StreamNames, StreamSummaries }: Partial<ListStreamsOutput>,
  isAllowed: (stream: string) => boolean,
) {
  return {
    StreamNames: StreamNames?.filter(isAllowed),
    StreamSummaries: StreamSummaries?.filter(({ StreamName }) => isAllowed(StreamName ?? '')),
  };
}

function unknownPath({ method, url }: FastifyRequest): KinesisFailure {
  const message = `there is no ${method} ${url}`;
  return new KinesisFailure({ status: 404, type: 'UnknownOperationException', message });
}

/** Records that failed stand in an answer that is 200. */
function logFailed({ log, params }: StreamRequest, answer: object): void {
  const { FailedRecordCount: failed = 0, Records = [] } = answer as PutRecordsOutput;
  if (failed === 0) return;
  const first = Records.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode;
  log.warn({ stream: params.stream, records: Records.length, failed, first }, 'records failed');
}
