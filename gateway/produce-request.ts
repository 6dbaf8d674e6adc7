import { type Slices, sliceRecords } from './json-slices.ts';
import { mapInStretches } from './let-others-run.ts';
import { RestError } from './rest-errors.ts';

/** How keys and values stand in a request: as JSON whose text is stored, or as a string that holds bytes in base64. */
export const RECORD_FORMATS = ['json', 'binary'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

/** One record of a request: the bytes that Kafka gets. Null is a null key, or a tombstone. */
export interface ProduceRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly partition: number | undefined;
}

/** Most records of one request; a body of 10 MB could hold millions of empty ones. */
export const MAX_RECORDS = 10_000;

const MEMBERS = ['key', 'value', 'partition'] as const;

type RecordSlices = Slices<(typeof MEMBERS)[number]>;

/**
 * Reads the body of a produce request.
 * @throws RestError 400, 413 or 422
 */
export async function parseProduceRequest(input: {
  readonly body: Buffer;
  readonly format: RecordFormat;
  /** Where records go that name no partition themselves. */
  readonly partition: number | undefined;
}): Promise<ProduceRecord[]> {
  const tooMany = () => new RestError('TOO_LARGE', `request has more than ${MAX_RECORDS} records`);
  const slices = await sliceRecords(input.body, { members: MEMBERS, most: MAX_RECORDS, tooMany });
  if (slices.length === 0) throw new RestError('INVALID_REQUEST', '"records" is absent or empty');
  const decode = input.format === 'json' ? keepText : decodeBase64;
  return mapInStretches(slices, (members, index) => {
    const { partition, ...bytes } = toRecord(members, { index, decode });
    return { ...bytes, partition: partition ?? input.partition };
  });
}

type Decode = (slice: Buffer, what: string) => Buffer;

function toRecord(members: RecordSlices, of: { readonly index: number; readonly decode: Decode }): ProduceRecord {
  const { index, decode } = of;
  const bytesOf = (name: 'key' | 'value') => {
    const slice = orNull(members[name]);
    return slice && decode(slice, `the ${name} of record ${index}`);
  };
  const partition = orNull(members.partition);
  return {
    key: bytesOf('key'),
    value: bytesOf('value'),
    partition: partition === null ? undefined : parsePartition(partition, index),
  };
}

function keepText(slice: Buffer): Buffer {
  return slice;
}

function decodeBase64(slice: Buffer, what: string): Buffer {
  const text: unknown = JSON.parse(slice.toString('utf8'));
  const bytes = Buffer.from(typeof text === 'string' ? text : '', 'base64');
  // Node passes over what is no base64, so only the way back tells.
  if (bytes.toString('base64') !== text) throw new RestError('MALFORMED', `${what} is not a string of base64`);
  return bytes;
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
