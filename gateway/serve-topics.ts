import type { FastifyInstance } from 'fastify';
import type { NameGuard } from './access/name-guard.ts';
import { answerProduce } from './answer-produce.ts';
import type { BodyRoom } from './body-room.ts';
import { describeTopic, type FetchConfigs, listTopics } from './describe-topics.ts';
import { IdempotentReplies } from './idempotent-replies.ts';
import type { KafkaTrouble } from './kafka-trouble.ts';
import { createRecordProducer, type ProduceReply, QUEUE_FULL } from './produce-records.ts';
import { RECORD_FORMATS } from './produce-request.ts';
import type { ProducerQueue } from './producer-queue.ts';
import { RestError } from './rest-errors.ts';
import type { TopicDirectory } from './topic-directory.ts';

const REQUEST_TYPES = RECORD_FORMATS.map((format) => `application/vnd.kafka.${format}.v2+json`);

/** Serves `/topics` of the Kafka REST v2 contract: what topics there are, and records for them. */
export function serveTopics(
  server: FastifyInstance,
  input: {
    readonly topics: TopicDirectory;
    readonly fetchConfigs: FetchConfigs;
    readonly queue: ProducerQueue;
    readonly trouble: KafkaTrouble;
    readonly names: NameGuard;
    readonly bodies: BodyRoom;
  },
): void {
  const { topics, fetchConfigs, queue, trouble, names, bodies } = input;
  names.guard(server);
  sendAwayWhileFull(server, queue);
  bodies.takeBodies(server, REQUEST_TYPES);
  const produce = answerProduce({
    produce: createRecordProducer({ topics, queue }),
    replies: new IdempotentReplies<ProduceReply>({ isWhole: isSuccess }),
    trouble,
  });
  server.get('/', listTopics({ topics, names }));
  server.get('/:topic', describeTopic({ topics, fetchConfigs }));
  server.post('/:topic', produce);
  server.post('/:topic/partitions/:partition', produce);
  refuseOtherMethods(server, { '/': 'GET', '/:topic': 'GET, POST', '/:topic/partitions/:partition': 'POST' });
}

/** Before a body is read that there would be no use for. */
function sendAwayWhileFull(server: FastifyInstance, queue: ProducerQueue): void {
  server.addHook('onRequest', ({ method }, _reply, done) => {
    if (method === 'POST' && queue.isFull) done(new RestError('OVERLOADED', QUEUE_FULL));
    else done();
  });
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

function isSuccess(reply: ProduceReply): boolean {
  return reply.offsets.every((record) => record.error_code === null);
}
