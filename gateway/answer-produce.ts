import type { FastifyReply, FastifyRequest } from 'fastify';
import { RESPONSE_TYPE } from './answer-error.ts';
import type { IdempotentReplies } from './idempotent-replies.ts';
import { withinTime } from './kafka-client.ts';
import type { KafkaTrouble } from './kafka-trouble.ts';
import { readRequestMark } from './request-mark.ts';
import type { createRecordProducer, ProduceReply } from './produce-records.ts';
import { RECORD_FORMATS } from './produce-request.ts';
import { RECORD_ERRORS, RestError } from './rest-errors.ts';

type ProduceRequest = FastifyRequest<{ Params: { topic: string; partition?: string } }>;

/** What waits longer for Kafka is answered for without it. What is known then is that nothing is known. */
const ANSWER_LIMIT_MS = 10_000;

export const REQUEST_TYPES = RECORD_FORMATS.map((format) => `application/vnd.kafka.${format}.v2+json`);

const ACCEPTABLE = /(^|[\s,])(\*\/\*|application\/(\*|json|vnd\.kafka(\.v2)?\+json))\s*(;|,|$)/i;

/** Makes the handler of `POST /topics/{topic}` and of `POST /topics/{topic}/partitions/{partition}`. */
export function answerProduce(input: {
  readonly produce: ReturnType<typeof createRecordProducer>;
  readonly replies: IdempotentReplies<ProduceReply>;
  readonly trouble: KafkaTrouble;
}) {
  const { produce, replies, trouble } = input;

  return async function handle(request: ProduceRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { body } = request;
    const { topic } = request.params;
    const partition = parsePartition(request.params.partition);
    const { accept } = request.headers;
    const format = RECORD_FORMATS.find((known) => request.headers['content-type']?.includes(`.${known}.`));
    if (!Buffer.isBuffer(body) || format === undefined) throw refuseType(request.headers['content-type']);
    if (accept !== undefined && !ACCEPTABLE.test(accept)) {
      throw new RestError('NOT_ACCEPTABLE', `the answer is ${RESPONSE_TYPE}, which the Accept header does not allow`);
    }
    const key = request.headers['idempotency-key'];
    const mark = readRequestMark(request.headers);
    const work = (earlier?: ProduceReply) => produce({ topic, partition, format, body, mark, earlier });
    const target = `${format} records of ${partition === undefined ? '' : `partition ${partition} of `}topic "${topic}"`;
    const outcome = key === undefined ? work() : replies.answer({ key: String(key), target, body, work });
    const answer = await withinTime(outcome, { ms: ANSWER_LIMIT_MS, expired: () => unconfirmed(trouble) });
    const failed = answer.offsets.filter((record) => record.error_code !== null);
    if (failed.length > 0)
      request.log.warn(
        { topic, records: answer.offsets.length, failed: failed.length, first: failed[0] },
        'records failed',
      );
    return reply.code(statusOf(answer)).type(RESPONSE_TYPE).serializer(asItIs).send(JSON.stringify(answer));
  };
}

/** Keeps fastify from adding a charset to the content type. A text goes out in one piece with its headers, bytes in two. */
function asItIs(text: unknown): string {
  return String(text);
}

export function refuseType(type: string | undefined): RestError {
  const what = type === undefined ? 'content type is absent' : `content type ${JSON.stringify(type)} is not taken`;
  return new RestError('UNSUPPORTED_MEDIA_TYPE', `${what}; served are ${REQUEST_TYPES.join(' and ')}`);
}

function parsePartition(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new RestError('NOT_FOUND', `${JSON.stringify(text)} is no number of a partition`);
}

function unconfirmed(trouble: KafkaTrouble): RestError {
  return new RestError(
    'BROKER_UNAVAILABLE',
    trouble.explain(`Kafka has not confirmed the records within ${ANSWER_LIMIT_MS / 1000} s`) +
      '; the same request with the same Idempotency-Key gets their answer, any other may store them twice',
  );
}

/** The contract answers 200 even where every record failed, with two exceptions. */
function statusOf({ offsets }: ProduceReply): number {
  if (offsets.some((record) => record.error_code === RECORD_ERRORS.UNAUTHENTICATED)) return 401;
  if (offsets.some((record) => record.error_code === RECORD_ERRORS.UNAUTHORIZED)) return 403;
  return 200;
}
