import { mkdirSync } from 'node:fs';
import database, { type Shard, type Store, type Stream } from 'kinesalite/db/index.js';
import validations from 'kinesalite/validations/index.js';

export type { Shard, Store, Stream };
export const { createShardIterator, incrementSequence, ITERATOR_PWD_IV, ITERATOR_PWD_KEY } = database;

/** How long a stream is CREATING, UPDATING and DELETING; tens of seconds on AWS. */
const CHANGE_MS = 50;
/** Of AWS for most regions. */
const SHARD_LIMIT = 500;

/** kinesalite's database, in a folder or, where none is named, in memory. */
export async function openStore(folder: string | undefined): Promise<Store> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const store = database.create({
    ...(folder !== undefined && { path: folder }),
    ...{ createStreamMs: CHANGE_MS, updateStreamMs: CHANGE_MS, deleteStreamMs: CHANGE_MS, shardLimit: SHARD_LIMIT },
  });
  await store.db.open();
  await endChanges(store);
  return store;
}

/** kinesalite ends a change by a timer, which dies with its process: the stream would stay as it is for ever. */
export async function endChanges(store: Store): Promise<void> {
  for await (const { key, value: stream } of store.metaDb.createReadStream()) {
    if (stream.StreamStatus === 'ACTIVE') continue;
    if (stream.StreamStatus === 'UPDATING') {
      await settle((done) => store.metaDb.put(key, { ...stream, StreamStatus: 'ACTIVE' }, done));
      continue;
    }
    await settle((done) => store.deleteStreamDb(key, done));
    await settle((done) => store.metaDb.del(key, done));
  }
}

/** Turns a call with a callback into a promise. */
export function settle<Result = void>(
  call: (done: (error?: Error | null, result?: Result) => void) => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    call((error, result) => (error ? reject(error) : resolve(result as Result)));
  });
}

export function readStream(store: Store, name: string): Promise<Stream> {
  return settle<Stream>((done) => store.getStream(name, done));
}

interface Operation {
  readonly act: (store: Store, request: object, done: (error: Error | null, answer?: object) => void) => void;
  readonly rules: { readonly types: object; readonly custom?: unknown };
}

/** An operation as kinesalite has it. */
export async function loadOperation(name: string): Promise<Operation> {
  const file = validations.toLowerFirst(name);
  const [action, rules] = (await Promise.all([
    import(`kinesalite/actions/${file}.js`),
    import(`kinesalite/validations/${file}.js`),
  ])) as [{ default: Operation['act'] }, { default: Operation['rules'] }];
  return { act: action.default, rules: rules.default };
}

/** The request with only what the operation knows. @throws an error that carries AWS's words for what is wrong */
export async function checkRequest<Request extends object>(name: string, request: object): Promise<Request> {
  const { rules } = await loadOperation(name);
  const checked = validations.checkTypes(request, rules.types);
  validations.checkValidations(checked, rules.types, rules.custom);
  return checked as Request;
}

export async function runOperation<Answer>(store: Store, name: string, request: object): Promise<Answer> {
  const { act } = await loadOperation(name);
  return await settle<Answer>((done) => act(store, request, done as never));
}

export interface ShardRecord {
  readonly PartitionKey: string;
  readonly Data: string;
  readonly ApproximateArrivalTimestamp: number;
  readonly SequenceNumber: string;
}

/** Records of a shard from a sequence number on, in its order. */
export async function* readShard(
  store: Store,
  { stream, shardId, from = '' }: { readonly stream: string; readonly shardId: string; readonly from?: string },
): AsyncGenerator<ShardRecord> {
  const index = Number(shardId.split('-')[1]);
  const range = { gte: `${database.shardIxToHex(index)}/${from}`, lt: database.shardIxToHex(index + 1) };
  for await (const { key, value } of store.getStreamDb(stream).createReadStream(range)) {
    yield { ...value, SequenceNumber: key.slice(key.indexOf('/') + 1) };
  }
}

/** Takes records away, as the end of their retention does. */
export function deleteRecords(store: Store, stream: string, records: readonly RecordPlace[]): Promise<void> {
  const operations = records.map(({ shardId, sequenceNumber }) => ({
    type: 'del' as const,
    key: `${database.shardIxToHex(Number(shardId.split('-')[1]))}/${sequenceNumber}`,
  }));
  return settle((done) => store.getStreamDb(stream).batch(operations, done));
}

export interface RecordPlace {
  readonly shardId: string;
  readonly sequenceNumber: string;
}
