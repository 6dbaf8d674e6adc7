import { answerOf, headersOf } from '../answer-documents.ts';
import type { RouteDocument } from '../openapi.ts';
import { KINESIS_TYPE } from './answer-kinesis.ts';

const STREAM = { type: 'string', minLength: 1, maxLength: 128, description: 'name of the stream' };

/** What a caller may hear instead; the status is that of Kinesis, or of the gateway in its place. */
const FAILURES: Readonly<Record<number, string>> = {
  400: 'refused, by Kinesis or before it was asked: `__type` says why',
  401: 'who asks is not known',
  403: 'who asks may not do this',
  413: 'the body is too large',
  414: 'the URL is too long',
  415: 'the content type is not `application/json`',
  429: 'who asks has used up its quota',
  500: 'a failure inside Kinesis, or a defect of the gateway',
  503: 'Kinesis does not answer; a record that was to be put may be stored all the same',
};

const FAILURE = {
  type: 'object',
  required: ['__type', 'message'],
  properties: { __type: { type: 'string' }, message: { type: 'string' } },
};

const failures = Object.fromEntries(
  Object.entries(FAILURES).map(([status, description]) => [
    status,
    { ...answerOf({ type: KINESIS_TYPE, schema: FAILURE, description }), ...headersOf(Number(status)) },
  ]),
);

interface Action {
  /** Of Kinesis. */
  readonly action: string;
  readonly summary: string;
  readonly onStream?: boolean;
  readonly querystring?: object;
  readonly headers?: object;
  readonly body?: object;
  /** What the answer of Kinesis has at least; absent: it is empty. */
  readonly answer?: Readonly<Record<string, object>>;
}

function documentAction({ action, summary, body, answer, onStream = true, ...rest }: Action): RouteDocument {
  const description = `The answer of \`${action}\`: times are seconds since 1970, data is base64`;
  const schema = { type: 'object', required: Object.keys(answer ?? {}), properties: answer };
  const success =
    answer === undefined
      ? { type: 'null', description: `\`${action}\` answers nothing` }
      : answerOf({ type: KINESIS_TYPE, schema, description });
  return {
    ...rest,
    tags: ['streams'],
    summary,
    description: `\`${action}\` of Kinesis.`,
    ...(onStream && { params: { type: 'object', properties: { stream: STREAM } } }),
    ...(body !== undefined && { body: { content: { [KINESIS_TYPE]: { schema: body } } } }),
    response: { 200: success, ...failures },
  };
}

const KEY = { type: ['string', 'number'], description: 'a text of 1 to 256 characters, or a number' };
const PLACE = { ShardId: { type: 'string' }, SequenceNumber: { type: 'string' } };

const RECORDS = {
  type: 'array',
  minItems: 1,
  maxItems: 500,
  items: {
    type: 'object',
    required: ['data', 'partition-key'],
    additionalProperties: false,
    properties: { data: { type: 'string', description: 'JSON text of the record' }, 'partition-key': KEY },
  },
};

/** What the OpenAPI document says of the paths below `/streams`, by the action of Kinesis that each stands for. */
export const STREAM_DOCUMENTS = {
  listStreams: documentAction({
    action: 'ListStreams',
    summary: 'Names of the streams',
    onStream: false,
    answer: { StreamNames: { type: 'array', items: { type: 'string' } }, HasMoreStreams: { type: 'boolean' } },
  }),
  describeStream: documentAction({
    action: 'DescribeStream',
    summary: 'State of a stream and its shards',
    answer: { StreamDescription: { type: 'object', required: ['StreamName', 'StreamStatus', 'Shards'] } },
  }),
  createStream: documentAction({
    action: 'CreateStream',
    summary: 'Make a stream',
    body: { type: 'object', properties: { ShardCount: { type: ['integer', 'string'], default: 5 } } },
  }),
  deleteStream: documentAction({ action: 'DeleteStream', summary: 'Remove a stream and what it holds' }),
  putRecord: documentAction({
    action: 'PutRecord',
    summary: 'Put one record',
    body: {
      type: 'object',
      required: ['Data', 'PartitionKey'],
      additionalProperties: false,
      properties: {
        Data: { description: 'any JSON: its text, as it stands here, is the record' },
        PartitionKey: KEY,
        StreamName: { description: 'is not looked at' },
      },
    },
    answer: PLACE,
  }),
  putRecords: documentAction({
    action: 'PutRecords',
    summary: 'Put up to 500 records',
    body: { type: 'object', required: ['records'], properties: { records: RECORDS } },
    answer: {
      FailedRecordCount: { type: 'integer', minimum: 0, description: 'records that were not stored' },
      Records: { type: 'array', minItems: 1, items: { type: 'object' } },
    },
  }),
  getShardIterator: documentAction({
    action: 'GetShardIterator',
    summary: 'A place to read from',
    querystring: {
      type: 'object',
      required: ['shard-id'],
      properties: {
        'shard-id': { type: 'string' },
        'shard-iterator-type': { type: 'string', default: 'TRIM_HORIZON' },
        'starting-sequence-number': { type: 'string' },
      },
    },
    answer: { ShardIterator: { type: 'string' } },
  }),
  getRecords: documentAction({
    action: 'GetRecords',
    summary: 'Read records from a place',
    headers: { type: 'object', required: ['Shard-Iterator'], properties: { 'Shard-Iterator': { type: 'string' } } },
    answer: {
      Records: { type: 'array', items: { type: 'object', required: ['Data', 'PartitionKey', 'SequenceNumber'] } },
      MillisBehindLatest: { type: 'number' },
    },
  }),
} satisfies Readonly<Record<string, RouteDocument>>;
