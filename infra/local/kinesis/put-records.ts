import { findShard, type HashedRecord } from './find-shard.ts';
import { checkRequestSize, internalFailure, rateExceeded, recordBytes } from './record-limits.ts';
import type { Service } from './service.ts';
import type { ServiceError } from './service-error.ts';
import { checkRequest, readStream, runOperation, type Stream } from './store.ts';

interface PutEntry extends HashedRecord {
  readonly Data: string;
}

/** Stores one record, or says that its shard takes no more now. */
export async function putRecord(service: Service, input: object): Promise<object> {
  const request = await checkRequest<PutEntry & { readonly StreamName: string }>('PutRecord', input);
  const stream = await readStream(service.store, request.StreamName);
  const refusal = refuse(service, stream, request);
  if (refusal !== undefined) throw refusal;
  return await runOperation(service.store, 'PutRecord', request);
}

interface PutRecordsRequest {
  readonly StreamName: string;
  readonly Records: readonly PutEntry[];
}

/** Stores the records that their shards take now; the answer has an entry for each of the request, in its order. */
export async function putRecords(service: Service, input: object): Promise<object> {
  const request = await checkRequest<PutRecordsRequest>('PutRecords', input);
  const { Records: entries, StreamName: name } = request;
  checkRequestSize(entries.map((entry) => recordBytes(entry)));
  const stream = await readStream(service.store, name);
  const failing = service.faults.takeFailing(name, entries.length);
  const refusals = entries.map((entry, place) => {
    if (failing?.places.has(place) !== true) return refuse(service, stream, entry);
    return failing.error === 'InternalFailure' ? internalFailure() : exceeded(service, stream, entry);
  });
  const stored = await store(
    service,
    name,
    entries.filter((_, place) => refusals[place] === undefined),
  );
  return {
    FailedRecordCount: refusals.filter((refusal) => refusal !== undefined).length,
    Records: refusals.map((refusal) => (refusal === undefined ? stored.shift() : toEntry(refusal))),
  };
}

async function store({ store: of }: Service, StreamName: string, Records: readonly PutEntry[]): Promise<object[]> {
  // An empty request is one that nobody may make.
  if (Records.length === 0) return [];
  const answer = await runOperation<{ Records: object[] }>(of, 'PutRecords', { StreamName, Records });
  return answer.Records;
}

/** Why a record is not taken now; undefined when it counts as taken. */
function refuse(service: Service, stream: Stream, entry: PutEntry): ServiceError | undefined {
  const shardId = findShard(stream.Shards, entry)?.ShardId;
  // A stream that is being made or a hash key out of range: kinesalite has the words for it.
  if (shardId === undefined) return undefined;
  if (service.faults.throttles(stream.StreamName)) return exceeded(service, stream, entry);
  const isTaken = service.limits.takeWrite(`${stream.StreamName}/${shardId}`, recordBytes(entry));
  return isTaken ? undefined : exceeded(service, stream, entry);
}

function exceeded({ store: of }: Service, { StreamName, Shards }: Stream, entry: PutEntry): ServiceError {
  return rateExceeded(of, StreamName, findShard(Shards, entry)?.ShardId ?? '');
}

function toEntry({ type, message }: ServiceError): object {
  return { ErrorCode: type, ErrorMessage: message };
}
