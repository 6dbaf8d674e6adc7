import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { Admission } from './access/admission.ts';
import { Callers } from './access/callers.ts';
import type { ApiKey } from '../config/gateway-files.ts';
import { answerError } from './answer-error.ts';
import { ParserErrorAnswers } from './answer-parser-error.ts';
import { BodyRoom } from './body-room.ts';
import { createHttpServer, type TlsPair } from './create-http-server.ts';
import type { FetchConfigs } from './describe-topics.ts';
import { drainAnsweredBodies } from './drain-body.ts';
import { HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import type { KafkaTrouble } from './kafka-trouble.ts';
import type { SendBatches } from './partition-batch.ts';
import type { GatewayMetrics } from './metrics.ts';
import { gatherDocuments, serveDocument } from './openapi.ts';
import { ProducerQueue, type QueueLimits } from './producer-queue.ts';
import { refuseHeads } from './refuse-heads.ts';
import { RestError } from './rest-errors.ts';
import { serveHealth } from './serve-health.ts';
import { serveTopics } from './serve-topics.ts';
import type { AskKinesis } from './streams/ask-kinesis.ts';
import { serveStreams } from './streams/serve-streams.ts';
import type { TopicDirectory } from './topic-directory.ts';

/** Patterns of the names that are let through, and who may ask; without keys, everybody. */
export interface AccessRules {
  readonly topics: readonly string[];
  readonly streams: readonly string[];
  readonly keys?: readonly ApiKey[] | undefined;
}

/**
 * The HTTP side of the gateway: `/topics` of the Kafka REST v2 contract, `/streams` in front of Kinesis, its health, and the
 * document of all of it.
 */
export function createServer(input: {
  readonly topics: TopicDirectory;
  readonly fetchConfigs: FetchConfigs;
  readonly send: SendBatches;
  readonly trouble: KafkaTrouble;
  readonly ask: AskKinesis;
  readonly logger: FastifyBaseLogger;
  readonly access: AccessRules;
  /** Undefined: plain HTTP. */
  readonly tls?: TlsPair | undefined;
  readonly limits?: QueueLimits;
  readonly httpLimits?: Partial<HttpLimits>;
  /** Absent: nothing is counted. */
  readonly metrics?: GatewayMetrics | undefined;
}): FastifyInstance {
  const { topics, fetchConfigs, send, trouble, ask, logger, access, limits, metrics } = input;
  const httpLimits = { ...HTTP_LIMITS, ...input.httpLimits };
  const queue = new ProducerQueue({
    send: metrics?.countRounds(send) ?? send,
    trouble,
    leaderOf: (topic, partition) => topics.leaderOf(topic, partition),
    ...(limits && { limits }),
  });
  const bodies = new BodyRoom(httpLimits.bodiesBytes);
  const server = openEdge({ logger, httpLimits, tls: input.tls });
  metrics?.watch({ server, queue });

  gatherDocuments(server);
  void server.register((routes, _options, done) => {
    serveHealth(routes, { topics });
    serveDocument(routes);
    done();
  });
  const { topics: forTopics, streams: forStreams } = openAdmissions(access);
  void server.register(
    (routes, _options, done) =>
      done(void serveTopics(routes, { topics, fetchConfigs, queue, trouble, admission: forTopics, bodies, metrics })),
    { prefix: '/topics' },
  );
  void server.register(
    (routes, _options, done) => done(void serveStreams(routes, { ask, admission: forStreams, bodies })),
    { prefix: '/streams' },
  );
  return server;
}

/** The server without a route: how it speaks HTTP, what it refuses whatever the path, and how it says so. */
function openEdge(input: {
  readonly logger: FastifyBaseLogger;
  readonly httpLimits: HttpLimits;
  readonly tls: TlsPair | undefined;
}): FastifyInstance {
  const { logger, httpLimits, tls } = input;
  const parserErrors = new ParserErrorAnswers(logger);
  const server = Fastify({
    loggerInstance: logger,
    serverFactory: (handler) => createHttpServer(handler, { limits: httpLimits, tls }),
    clientErrorHandler: (error, socket) => parserErrors.answer(error, socket),
    frameworkErrors(error, request, reply) {
      answerError(error, request, reply);
    },
    // Requests that fail are logged by their answer; a line for every other one would cost more than the request.
    logController: new LogController({ disableRequestLogging: true }),
    // Kafka's own limit for a topic's name is 249.
    routerOptions: { maxParamLength: 300 },
  });
  server.setErrorHandler(answerError);
  server.setNotFoundHandler((request, reply) =>
    answerError(new RestError('NOT_FOUND', `there is no ${request.method} ${request.url}`), request, reply),
  );

  parserErrors.follow(server.server);
  // Paths that are not there take no body either.
  server.removeAllContentTypeParsers();
  refuseHeads(server, httpLimits);
  drainAnsweredBodies(server);
  closeBusyConnections(server);
  return server;
}

/** The quota of a caller is one for topics and streams together. */
function openAdmissions({ topics, streams, keys }: AccessRules) {
  const callers = keys && new Callers(keys, performance.now());
  const open = (noun: 'topic' | 'stream', variable: string, patterns: readonly string[]) =>
    new Admission({ noun, variable, patterns, callers });
  return {
    topics: open('topic', 'PINFLOW_GATEWAY_TOPICS', topics),
    streams: open('stream', 'PINFLOW_GATEWAY_STREAMS', streams),
  };
}

/** Node closes idle connections when a server stops; one that is busy then would stay open for the 72 s of its keep-alive. */
function closeBusyConnections(server: FastifyInstance): void {
  let stopping = false;
  server.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  // eslint-disable-next-line max-params -- as in drain-body.ts
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping) void reply.header('connection', 'close');
    done();
  });
}
