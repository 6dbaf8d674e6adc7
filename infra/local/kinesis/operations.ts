import { getRecords } from './get-records.ts';
import { getShardIterator } from './iterators.ts';
import { putRecord, putRecords } from './put-records.ts';
import type { Service } from './service.ts';
import { invalidArgument, ServiceError } from './service-error.ts';
import { checkRequest, runOperation } from './store.ts';

/** Operations that are kinesalite's as they are. */
const PLAIN = [
  ...['CreateStream', 'DeleteStream', 'DescribeStream', 'DescribeStreamSummary', 'ListShards', 'SplitShard'],
  ...['MergeShards', 'IncreaseStreamRetentionPeriod', 'DecreaseStreamRetentionPeriod'],
  ...['AddTagsToStream', 'ListTagsForStream', 'RemoveTagsFromStream'],
];

/** Parameters of AWS that would be ignored, with what to do instead. */
const MISSING: Readonly<Record<string, string>> = {
  StreamModeDetails: 'streams have the shards that they are created with: leave StreamModeDetails and give ShardCount',
  ShardFilter: 'ListShards lists all shards: leave ShardFilter and choose among them',
  NextToken: 'ListShards lists all shards at once: leave NextToken',
};

type Request = Readonly<Record<string, unknown>>;

/** @throws ServiceError, or an error of kinesalite's that {@link toServiceError} understands */
export async function runNamedOperation(service: Service, name: string, request: Request): Promise<unknown> {
  switch (name) {
    case 'PutRecord':
      return await putRecord(service, request);
    case 'PutRecords':
      return await putRecords(service, request);
    case 'GetRecords':
      return await getRecords(service, request);
    case 'GetShardIterator':
      return await getShardIterator(service.store, request, service.now());
    case 'ListStreams':
      return await listStreams(service, request);
    default:
      return await runPlain(service, name, request);
  }
}

/** kinesalite knows only the older way to ask for more: by the last name. */
async function listStreams({ store }: Service, request: Request): Promise<object> {
  const { ExclusiveStartStreamName = request['NextToken'], Limit = 100 } = request;
  const checked = await checkRequest('ListStreams', { ExclusiveStartStreamName, Limit });
  const answer = await runOperation<{ StreamNames: string[]; HasMoreStreams: boolean }>(store, 'ListStreams', checked);
  return { ...answer, ...(answer.HasMoreStreams && { NextToken: answer.StreamNames.at(-1) }) };
}

async function runPlain({ store }: Service, name: string, request: Request): Promise<unknown> {
  if (!PLAIN.includes(name)) {
    const remedy = name === 'UpdateShardCount' ? ': use SplitShard and MergeShards' : '';
    throw new ServiceError('UnknownOperationException', `${name} is missing in this double of Kinesis${remedy}`);
  }
  const missing = Object.entries(MISSING).find(([parameter]) => isAsked(request[parameter]));
  if (missing !== undefined) throw invalidArgument(`${missing[0]} is missing in this double of Kinesis: ${missing[1]}`);
  return await runOperation(store, name, await checkRequest(name, request));
}

/** Provisioned is what streams are anyway. */
function isAsked(value: unknown): boolean {
  return value !== undefined && (value as { StreamMode?: string }).StreamMode !== 'PROVISIONED';
}

/** Clients may name a stream by its ARN, which kinesalite is too old for. */
export function withStreamName(request: Request): Request {
  const { StreamARN: arn, StreamName: name } = request;
  return typeof arn !== 'string' || name !== undefined ? request : { ...request, StreamName: arn.split('/')[1] };
}
