import { invalidArgument, ServiceError } from './service-error.ts';
import type { Store } from './store.ts';

const MOST_REQUEST_BYTES = 5 * 1024 * 1024;

/** The bytes of a record that count: its data and its partition key. `Data` is base64. */
export function recordBytes({ Data, PartitionKey }: { readonly Data: string; readonly PartitionKey: string }): number {
  return Buffer.byteLength(Data, 'base64') + Buffer.byteLength(PartitionKey);
}

export function requestTooLarge(): ServiceError {
  return invalidArgument('Records size exceeds 5 MB limit');
}

/** @throws ServiceError when all records together are too large; of each alone the usual validation takes care */
export function checkRequestSize(sizes: readonly number[]): void {
  if (sizes.reduce((sum, size) => sum + size, 0) > MOST_REQUEST_BYTES) throw requestTooLarge();
}

export function rateExceeded(store: Store, stream: string, shardId: string): ServiceError {
  return new ServiceError(
    'ProvisionedThroughputExceededException',
    `Rate exceeded for shard ${shardId} in stream ${stream} under account ${store.metaDb.awsAccountId}.`,
  );
}

export function internalFailure(): ServiceError {
  return new ServiceError('InternalFailure', 'Internal service failure.', 500);
}
