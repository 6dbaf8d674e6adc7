import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Admission } from './access/admission.ts';
import { RESPONSE_TYPE } from './answer-error.ts';
import { RestError } from './rest-errors.ts';
import type { TopicDirectory, TopicPartition } from './topic-directory.ts';

/** Reads the settings of a topic from Kafka, by name. */
export type FetchConfigs = (topic: string) => Promise<Readonly<Record<string, string>>>;

/** Makes the handler of `GET /topics`: the names of all topics that the caller may ask for, in order. */
export function listTopics({ topics, admission }: { readonly topics: TopicDirectory; readonly admission: Admission }) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const all = await topics.listTopics();
    return send(
      reply,
      all.filter((topic) => admission.allows(topic, request)),
    );
  };
}

/** Makes the handler of `GET /topics/{topic}`: its settings, and where its partitions are. */
export function describeTopic(input: { readonly topics: TopicDirectory; readonly fetchConfigs: FetchConfigs }) {
  const { topics, fetchConfigs } = input;
  return async (request: FastifyRequest<{ Params: { topic: string } }>, reply: FastifyReply) => {
    const { topic } = request.params;
    const partitions = await topics.findPartitions(topic);
    const configs = await fetchConfigs(topic).catch((error: Error) => {
      throw toRestError(error, topic);
    });
    return send(reply, { name: topic, configs, partitions: partitions.map(toPartitionReply) });
  };
}

function toRestError(error: Error, topic: string): RestError {
  if ('type' in error && error.type === 'TOPIC_AUTHORIZATION_FAILED') {
    const what = `the settings of topic ${JSON.stringify(topic)}`;
    return new RestError('UNAUTHORIZED', `Kafka does not let the gateway read ${what}`);
  }
  return new RestError('BROKER_UNAVAILABLE', `Kafka does not answer: ${error.message}`);
}

function toPartitionReply({ leader, replicas, inSync }: TopicPartition, partition: number) {
  const ofBroker = (broker: number) => ({ broker, leader: broker === leader, in_sync: inSync.includes(broker) });
  return { partition, leader, replicas: replicas.map(ofBroker) };
}

function send(reply: FastifyReply, answer: unknown): FastifyReply {
  return reply.type(RESPONSE_TYPE).send(Buffer.from(JSON.stringify(answer)));
}
