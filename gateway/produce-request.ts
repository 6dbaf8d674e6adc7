import { sliceRecords, type RecordSlices } from './json-slices.ts';
import { RestError } from './rest-errors.ts';

/** One record of a request: JSON text as it came. Null is a null key, or a tombstone. */
export interface ProduceRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly partition: number | undefined;
}

/** Most records of one request; a body of 10 MB could hold millions of empty ones. */
const MAX_RECORDS = 10_000;

const MEMBERS = new Set(['key', 'value', 'partition']);

/**
 * Reads the body of a produce request.
 * @throws RestError 400, 413 or 422
 */
export function parseProduceRequest(body: Buffer): ProduceRecord[] {
  const slices = sliceRecords(body);
  if (slices.length === 0) throw new RestError('INVALID_REQUEST', '"records" is absent or empty');
  if (slices.length > MAX_RECORDS) {
    throw new RestError('TOO_LARGE', `request has ${slices.length} records, at most ${MAX_RECORDS} are accepted`);
  }
  return slices.map(toRecord);
}

function toRecord(slices: RecordSlices, index: number): ProduceRecord {
  for (const name of slices.keys()) {
    if (!MEMBERS.has(name)) {
      throw new RestError('MALFORMED', `record ${index} has the unknown member ${JSON.stringify(name)}`);
    }
  }
  const partition = orNull(slices.get('partition'));
  return {
    key: orNull(slices.get('key')),
    value: orNull(slices.get('value')),
    partition: partition === null ? undefined : parsePartition(partition, index),
  };
}

function orNull(slice: Buffer | undefined): Buffer | null {
  // "n" begins no other JSON value than null.
  return slice === undefined || slice[0] === 0x6e ? null : slice;
}

function parsePartition(slice: Buffer, index: number): number {
  const text = slice.toString('utf8');
  if (!/^\d{1,9}$/.test(text)) {
    throw new RestError('INVALID_REQUEST', `record ${index} has a partition that is not a whole number of 0 or more`);
  }
  return Number(text);
}
