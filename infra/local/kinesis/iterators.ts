import { createDecipheriv } from 'node:crypto';
import { invalidArgument, ServiceError } from './service-error.ts';
import {
  checkRequest,
  createShardIterator,
  ITERATOR_PWD_IV,
  ITERATOR_PWD_KEY,
  readShard,
  runOperation,
  type Store,
} from './store.ts';

/** A place in a shard to read on from, as it is written in the text that clients get. */
export interface ShardIterator {
  readonly createdAt: number;
  readonly stream: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

export function createIterator({ stream, shardId, sequenceNumber }: Omit<ShardIterator, 'createdAt'>): string {
  return createShardIterator(stream, shardId, sequenceNumber);
}

/** Reads what kinesalite has written: eight bytes of version, then the fields under a key that everybody knows. */
export function parseIterator(text: string): ShardIterator {
  try {
    const decipher = createDecipheriv('aes-256-cbc', ITERATOR_PWD_KEY, ITERATOR_PWD_IV);
    const bytes = Buffer.from(text, 'base64').subarray(8);
    const fields = Buffer.concat([decipher.update(bytes), decipher.final()])
      .toString('utf8')
      .split('/');
    const [created, stream, shardId, sequenceNumber] = fields;
    if (stream && shardId && sequenceNumber && Number(created) > 0)
      return { createdAt: Number(created), stream, shardId, sequenceNumber };
  } catch {
    // It is none of ours.
  }
  throw invalidArgument('Invalid ShardIterator.');
}

export function expired({ createdAt }: ShardIterator, now: number, limitMs: number): ServiceError {
  const [created, then] = [createdAt, now].map((time) => new Date(time).toUTCString());
  return new ServiceError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${created} while right now it is ${then} which is further in ` +
      `the future than the tolerated delay of ${limitMs} milliseconds.`,
  );
}

interface IteratorRequest {
  readonly StreamName: string;
  readonly ShardId: string;
  readonly ShardIteratorType: string;
  readonly StartingSequenceNumber?: string;
  readonly Timestamp?: number;
}

/** kinesalite's own, but for one thing: it never answers when no record is as young as the timestamp. */
export async function getShardIterator(store: Store, input: object, now: number): Promise<{ ShardIterator: string }> {
  const request = await checkRequest<IteratorRequest>('GetShardIterator', input);
  const { StreamName: stream, ShardId: shardId, ShardIteratorType: type, Timestamp: timestamp } = request;
  const isByTime = type === 'AT_TIMESTAMP' && timestamp !== undefined && timestamp * 1_000 <= now;
  if (!isByTime) return await runOperation(store, 'GetShardIterator', request);
  // Asked for first: a record that comes meanwhile is found by the search or lies after the end.
  const end = await runOperation<{ ShardIterator: string }>(store, 'GetShardIterator', {
    ...{ StreamName: stream, ShardId: shardId, ShardIteratorType: 'LATEST' },
  });
  for await (const record of readShard(store, { stream, shardId })) {
    const { ApproximateArrivalTimestamp: arrival, SequenceNumber: sequenceNumber } = record;
    if (arrival >= timestamp) return { ShardIterator: createIterator({ stream, shardId, sequenceNumber }) };
  }
  return end;
}
