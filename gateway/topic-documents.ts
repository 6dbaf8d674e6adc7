import { RUN_HEADER, SEQUENCE_HEADER } from '../domain/record-mark.ts';
import { answerOf, documentErrors, errorSchema } from './answer-documents.ts';
import { RESPONSE_TYPE } from './answer-error.ts';
import type { RouteDocument } from './openapi.ts';
import { MAX_RECORDS } from './produce-request.ts';
import { RECORD_ERRORS, REST_ERRORS, type RestErrorName } from './rest-errors.ts';

/** What may become of a request to any of the paths. */
const EVERYWHERE = [
  ...(['MALFORMED', 'URL_TOO_LONG', 'UNSUPPORTED_MEDIA_TYPE'] as const),
  ...(['UNAUTHENTICATED', 'UNAUTHORIZED', 'OVER_QUOTA', 'INTERNAL'] as const),
] satisfies readonly RestErrorName[];

const TOPIC = { type: 'string', minLength: 1, maxLength: 249, description: 'name of the topic' };
const PARTITION = { type: 'integer', minimum: 0 };

/** A closed object of which everything is required. */
function objectOf(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
}

function recordsOf(bytes: object): object {
  const record = {
    type: 'object',
    additionalProperties: false,
    properties: {
      key: { ...bytes, description: 'chooses the partition; absent or null: none' },
      value: { ...bytes, description: 'absent or null: a tombstone' },
      partition: { type: ['integer', 'null'], minimum: 0, description: 'wins over the key and over the path' },
    },
  };
  const records = { type: 'array', minItems: 1, maxItems: MAX_RECORDS, items: record };
  return { type: 'object', required: ['records'], properties: { records } };
}

const STORED = objectOf({
  partition: PARTITION,
  offset: { type: 'integer', minimum: 0 },
  error_code: { type: 'null' },
  error: { type: 'null' },
});

function notStored(codes: readonly number[]): object {
  return objectOf({
    partition: { type: 'null' },
    offset: { type: 'null' },
    error_code: { type: 'integer', enum: codes },
    error: { type: 'string' },
  });
}

const OFFSETS = objectOf({
  offsets: {
    type: 'array',
    minItems: 1,
    items: { anyOf: [STORED, notStored(Object.values(RECORD_ERRORS))] },
    description: 'one for each record of the request, in its order',
  },
  key_schema_id: { type: 'null' },
  value_schema_id: { type: 'null' },
});

/** The answer for all records, or for the request where it came to none. */
function offsetsOrError(code: number, summary: string): object {
  const description = `${code}: ${summary}; where it is Kafka that refuses a record, with the answer for every record`;
  return answerOf({ type: RESPONSE_TYPE, schema: { anyOf: [OFFSETS, errorSchema([code])] }, description });
}

const HEADERS = {
  type: 'object',
  properties: {
    'Idempotency-Key': {
      type: 'string',
      pattern: '^[\\x20-\\x7e]{1,255}$',
      description: 'a request that is repeated with its key is stored once',
    },
    [RUN_HEADER]: { type: 'string', description: 'run that sends; goes with the sequence' },
    [SEQUENCE_HEADER]: { type: 'integer', minimum: 0, description: 'place of the first record among those of the run' },
  },
};

function documentProduce(summary: string, params: Readonly<Record<string, object>>): RouteDocument {
  return {
    tags: ['topics'],
    summary,
    params: { type: 'object', properties: params },
    headers: HEADERS,
    body: {
      content: {
        'application/vnd.kafka.json.v2+json': {
          schema: recordsOf({}),
        },
        'application/vnd.kafka.binary.v2+json': {
          schema: recordsOf({ type: ['string', 'null'], contentEncoding: 'base64' }),
        },
      },
    },
    response: {
      200: answerOf({ type: RESPONSE_TYPE, schema: OFFSETS, description: 'What became of every record' }),
      ...documentErrors(
        ...EVERYWHERE,
        ...(['NOT_FOUND', 'TOPIC_NOT_FOUND', 'PARTITION_NOT_FOUND', 'NOT_ACCEPTABLE', 'TOO_LARGE'] as const),
        ...(['INVALID_REQUEST', 'OVERLOADED', 'BROKER_UNAVAILABLE'] as const),
      ),
      401: offsetsOrError(RECORD_ERRORS.UNAUTHENTICATED, REST_ERRORS.UNAUTHENTICATED.summary),
      403: offsetsOrError(RECORD_ERRORS.UNAUTHORIZED, REST_ERRORS.UNAUTHORIZED.summary),
    },
  };
}

const DESCRIBED = objectOf({
  name: { type: 'string' },
  configs: { type: 'object', additionalProperties: { type: ['string', 'null'] } },
  partitions: {
    type: 'array',
    items: objectOf({
      partition: PARTITION,
      leader: { type: 'integer', description: 'broker, or -1 while there is none' },
      replicas: {
        type: 'array',
        items: objectOf({ broker: { type: 'integer' }, leader: { type: 'boolean' }, in_sync: { type: 'boolean' } }),
      },
    }),
  },
});

/** What the OpenAPI document says of the paths below `/topics`. */
export const TOPIC_DOCUMENTS = {
  list: {
    tags: ['topics'],
    summary: 'Names of the topics',
    response: {
      200: answerOf({
        type: RESPONSE_TYPE,
        schema: { type: 'array', items: { type: 'string' } },
        description: 'All but those that Kafka keeps for itself, in order',
      }),
      ...documentErrors(...EVERYWHERE, 'BROKER_UNAVAILABLE'),
    },
  },
  describe: {
    tags: ['topics'],
    summary: 'Settings of a topic, and where its partitions are',
    params: { type: 'object', properties: { topic: TOPIC } },
    response: {
      200: answerOf({ type: RESPONSE_TYPE, schema: DESCRIBED, description: 'As Kafka has it' }),
      ...documentErrors(...EVERYWHERE, 'TOPIC_NOT_FOUND', 'BROKER_UNAVAILABLE'),
    },
  },
  produce: documentProduce('Store records', { topic: TOPIC }),
  producePartition: documentProduce('Store records in one partition', {
    topic: TOPIC,
    partition: { ...PARTITION, description: 'for records that name none themselves' },
  }),
} satisfies Readonly<Record<string, RouteDocument>>;
