import type { FastifyInstance } from 'fastify';
import type { Admission } from './access/admission.ts';
import { answerProduce, refuseType, REQUEST_TYPES } from './answer-produce.ts';
import type { BodyRoom } from './body-room.ts';
import { describeTopic, type FetchConfigs, listTopics } from './describe-topics.ts';
import { IdempotentReplies } from './idempotent-replies.ts';
import type { KafkaTrouble } from './kafka-trouble.ts';
import type { GatewayMetrics } from './metrics.ts';
import { createRecordProducer, type ProduceReply, QUEUE_FULL } from './produce-records.ts';
import type { ProducerQueue } from './producer-queue.ts';
import { RestError } from './rest-errors.ts';
import { TOPIC_DOCUMENTS } from './topic-documents.ts';
import type { TopicDirectory } from './topic-directory.ts';

/** Serves `/topics` of the Kafka REST v2 contract: what topics there are, and records for them. */
export function serveTopics(
  server: FastifyInstance,
  input: {
    readonly topics: TopicDirectory;
    readonly fetchConfigs: FetchConfigs;
    readonly queue: ProducerQueue;
    readonly trouble: KafkaTrouble;
    readonly admission: Admission;
    readonly bodies: BodyRoom;
    readonly metrics: GatewayMetrics | undefined;
  },
): void {
  const { topics, fetchConfigs, queue, trouble, admission, bodies, metrics } = input;
  admission.guard(server);
  sendAwayWhileFull(server, queue);
  bodies.takeBodies(server, REQUEST_TYPES);
  server.addContentTypeParser('*', ({ headers }, _body, done) => done(refuseType(headers['content-type'])));
  const records = createRecordProducer({ topics, queue });
  const produce = answerProduce({
    produce: metrics?.countRecords(records) ?? records,
    replies: new IdempotentReplies<ProduceReply>({ isWhole: isSuccess }),
    trouble,
  });
  server.get('/', documented('list'), listTopics({ topics, admission }));
  server.get('/:topic', documented('describe'), describeTopic({ topics, fetchConfigs }));
  server.post('/:topic', documented('produce'), produce);
  server.post('/:topic/partitions/:partition', documented('producePartition'), produce);
  refuseOtherMethods(server, { '/': 'GET', '/:topic': 'GET, POST', '/:topic/partitions/:partition': 'POST' });
}

/** Before a body is read that there would be no use for. */
function sendAwayWhileFull(server: FastifyInstance, queue: ProducerQueue): void {
  server.addHook('onRequest', ({ method }, _reply, done) => {
    if (method === 'POST' && queue.isFull) done(new RestError('OVERLOADED', QUEUE_FULL));
    else done();
  });
}

function documented(name: keyof typeof TOPIC_DOCUMENTS) {
  return { config: { document: TOPIC_DOCUMENTS[name] } };
}

/** A path that is there is not "not found", whatever the method. */
function refuseOtherMethods(server: FastifyInstance, allowed: Readonly<Record<string, string>>): void {
  for (const [url, methods] of Object.entries(allowed)) {
    server.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !methods.includes(method)),
      url,
      // Before the body is looked at, whose type would be refused first.
      onRequest: async (request, reply) => {
        void reply.header('allow', methods);
        throw new RestError('METHOD_NOT_ALLOWED', `${request.method} is not possible here, only ${methods} is`);
      },
      handler: () => undefined,
    });
  }
}

function isSuccess(reply: ProduceReply): boolean {
  return reply.offsets.every((record) => record.error_code === null);
}
