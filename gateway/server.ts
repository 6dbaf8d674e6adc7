import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { answerProduce } from './answer-produce.ts';
import { answerError } from './answer-error.ts';
import { describeTopic, type FetchConfigs, listTopics } from './describe-topics.ts';
import { drainAnsweredBodies } from './drain-body.ts';
import { IdempotentReplies } from './idempotent-replies.ts';
import type { KafkaTrouble } from './kafka-trouble.ts';
import type { SendBatches } from './partition-batch.ts';
import { createRecordProducer, type ProduceReply } from './produce-records.ts';
import { RECORD_FORMATS } from './produce-request.ts';
import { ProducerQueue, type QueueLimits } from './producer-queue.ts';
import { RestError } from './rest-errors.ts';
import type { AskKinesis } from './streams/ask-kinesis.ts';
import { serveStreams } from './streams/serve-streams.ts';
import type { TopicDirectory } from './topic-directory.ts';

/** API Gateway, whose place this process takes, accepts as much. */
export const BODY_LIMIT = 10 * 1024 * 1024;

const REQUEST_TYPES = RECORD_FORMATS.map((format) => `application/vnd.kafka.${format}.v2+json`);

/**
 * The HTTP side of the gateway: `/topics` of the Kafka REST v2 contract, `/streams` in front of Kinesis, `GET /healthz`
 * (this process runs) and `GET /readyz` (Kafka answers).
 */
export function createServer(input: {
  readonly topics: TopicDirectory;
  readonly fetchConfigs: FetchConfigs;
  readonly send: SendBatches;
  readonly trouble: KafkaTrouble;
  readonly ask: AskKinesis;
  readonly logger: FastifyBaseLogger;
  readonly limits?: QueueLimits;
}): FastifyInstance {
  const { topics, fetchConfigs, send, trouble, ask, logger, limits } = input;
  const queue = new ProducerQueue({
    send,
    trouble,
    leaderOf: (topic, partition) => topics.leaderOf(topic, partition),
    ...(limits && { limits }),
  });
  const server = Fastify({
    loggerInstance: logger,
    // Requests that fail are logged by their answer; a line for every other one would cost more than the request.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    // Kafka's own limit for a topic's name is 249.
    routerOptions: { maxParamLength: 300 },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(REQUEST_TYPES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.setErrorHandler(answerError);
  server.setNotFoundHandler((request, reply) =>
    answerError(new RestError('NOT_FOUND', `there is no ${request.method} ${request.url}`), request, reply),
  );

  drainAnsweredBodies(server);
  closeBusyConnections(server);

  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', async () => {
    await topics.refresh();
    return { status: 'ready' };
  });
  const produce = answerProduce({
    produce: createRecordProducer({ topics, queue }),
    replies: new IdempotentReplies<ProduceReply>({ isWhole: isSuccess }),
    trouble,
  });
  server.get('/topics', listTopics({ topics }));
  server.get('/topics/:topic', describeTopic({ topics, fetchConfigs }));
  server.post('/topics/:topic', produce);
  server.post('/topics/:topic/partitions/:partition', produce);
  refuseOtherMethods(server, {
    '/topics': 'GET',
    '/topics/:topic': 'GET, POST',
    '/topics/:topic/partitions/:partition': 'POST',
  });
  void server.register((streams, _options, done) => done(void serveStreams(streams, { ask })), { prefix: '/streams' });
  return server;
}

/** A path that is there is not "not found", whatever the method. */
function refuseOtherMethods(server: FastifyInstance, allowed: Readonly<Record<string, string>>): void {
  for (const [url, methods] of Object.entries(allowed)) {
    server.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !methods.includes(method)),
      url,
      handler: (request, reply) => {
        void reply.header('allow', methods);
        throw new RestError('METHOD_NOT_ALLOWED', `${request.method} is not possible here, only ${methods} is`);
      },
    });
  }
}

/** Node closes idle connections when a server stops; one that is busy then would stay open for the 72 s of its keep-alive. */
function closeBusyConnections(server: FastifyInstance): void {
  let stopping = false;
  server.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  server.addHook('onSend', async (_request, reply) => {
    if (stopping) void reply.header('connection', 'close');
  });
}

function isSuccess(reply: ProduceReply): boolean {
  return reply.offsets.every((record) => record.error_code === null);
}
