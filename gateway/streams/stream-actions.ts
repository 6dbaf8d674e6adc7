import type { ShardIteratorType } from '@aws-sdk/client-kinesis';
import type { FastifyRequest } from 'fastify';
import { sliceMembers } from '../json-slices.ts';
import type { KinesisAction } from './ask-kinesis.ts';
import { refuse } from './kinesis-failure.ts';
import type { RouteDocument } from '../openapi.ts';
import { parsePutRecord, parsePutRecords } from './put-request.ts';
import { STREAM_DOCUMENTS } from './stream-documents.ts';

export type StreamRequest = FastifyRequest<{
  Params: { stream: string };
  Querystring: Record<string, string | string[] | undefined>;
}>;

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/streams`. */
  readonly url: string;
  readonly document: RouteDocument;
  /** Reads all of the request, then says what to ask. */
  readonly readAction: (request: StreamRequest) => KinesisAction<object> | Promise<KinesisAction<object>>;
}

/** What the course's API creates where a client names no number. */
const DEFAULT_SHARDS = 5;

/** The paths of the course's API Gateway, and the action of Kinesis that each stands for. */
export const STREAM_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    url: '/',
    document: STREAM_DOCUMENTS.listStreams,
    readAction: () => (kinesis, options) => kinesis.listStreams({}, options),
  },
  {
    method: 'GET',
    url: '/:stream',
    document: STREAM_DOCUMENTS.describeStream,
    readAction:
      ({ params }) =>
      (kinesis, options) =>
        kinesis.describeStream({ StreamName: params.stream }, options),
  },
  {
    method: 'POST',
    url: '/:stream',
    document: STREAM_DOCUMENTS.createStream,
    async readAction({ params, body }) {
      const input = { StreamName: params.stream, ShardCount: await readShardCount(toBytes(body)) };
      return (kinesis, options) => kinesis.createStream(input, options);
    },
  },
  {
    method: 'DELETE',
    url: '/:stream',
    document: STREAM_DOCUMENTS.deleteStream,
    readAction:
      ({ params }) =>
      (kinesis, options) =>
        kinesis.deleteStream({ StreamName: params.stream }, options),
  },
  {
    method: 'PUT',
    url: '/:stream/record',
    document: STREAM_DOCUMENTS.putRecord,
    async readAction({ params, body }) {
      const input = { StreamName: params.stream, ...(await parsePutRecord(toBytes(body))) };
      return (kinesis, options) => kinesis.putRecord(input, options);
    },
  },
  {
    method: 'PUT',
    url: '/:stream/records',
    document: STREAM_DOCUMENTS.putRecords,
    async readAction({ params, body }) {
      const input = { StreamName: params.stream, Records: await parsePutRecords(toBytes(body)) };
      return (kinesis, options) => kinesis.putRecords(input, options);
    },
  },
  {
    method: 'GET',
    url: '/:stream/sharditerator',
    document: STREAM_DOCUMENTS.getShardIterator,
    readAction({ params, query }) {
      const input = {
        StreamName: params.stream,
        ShardId: readQuery(query, 'shard-id') ?? missing('the query parameter "shard-id"'),
        // Of a type that there is not, Kinesis says it better.
        ShardIteratorType: (readQuery(query, 'shard-iterator-type') ?? 'TRIM_HORIZON') as ShardIteratorType,
        StartingSequenceNumber: readQuery(query, 'starting-sequence-number'),
      };
      return (kinesis, options) => kinesis.getShardIterator(input, options);
    },
  },
  {
    method: 'GET',
    url: '/:stream/records',
    document: STREAM_DOCUMENTS.getRecords,
    readAction({ headers }) {
      const input = { ShardIterator: headers['shard-iterator']?.toString() ?? missing('the header Shard-Iterator') };
      return (kinesis, options) => kinesis.getRecords(input, options);
    },
  },
];

function toBytes(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** A number or its text: the template of API Gateway renders both alike. */
async function readShardCount(body: Buffer): Promise<number> {
  if (body.length === 0) return DEFAULT_SHARDS;
  const { ShardCount: slice } = await sliceMembers(body, ['ShardCount', 'StreamName']);
  if (slice === undefined) return DEFAULT_SHARDS;
  const digits = /^"?([1-9]\d{0,5})"?$/.exec(slice.toString('utf8'))?.[1];
  if (digits === undefined) throw refuse('"ShardCount" is not a whole number of 1 or more');
  return Number(digits);
}

function readQuery(query: StreamRequest['query'], name: string): string | undefined {
  const value = query[name];
  if (Array.isArray(value)) throw refuse(`the query parameter "${name}" occurs ${value.length} times`);
  return value;
}

function missing(what: string): never {
  throw refuse(`${what} is absent`);
}
