import { readRecords, type Slices } from './json-slices.ts';
import { markRecord, type RequestMark } from './request-mark.ts';
import type { OutgoingRecord } from './partition-batch.ts';
import { RestError } from './rest-errors.ts';

/** How keys and values stand in a request: as JSON whose text is stored, or as a string that holds bytes in base64. */
export const RECORD_FORMATS = ['json', 'binary'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

/** One record of a request, as Kafka gets it. */
export interface ProduceRecord extends OutgoingRecord {
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
  readonly mark: RequestMark | undefined;
}): Promise<ProduceRecord[]> {
  const { body, mark } = input;
  const tooMany = () => new RestError('TOO_LARGE', `request has more than ${MAX_RECORDS} records`);
  const decode = input.format === 'json' ? keepText : decodeBase64;
  const read = (slices: RecordSlices, index: number): ProduceRecord => {
    const key = decode(orNull(slices.key), { name: 'key', index });
    const value = decode(orNull(slices.value), { name: 'value', index });
    const partition = parsePartition(orNull(slices.partition), index) ?? input.partition;
    return mark === undefined
      ? { key, value, partition }
      : { key, value, partition, headers: markRecord(value, { mark, index }) };
  };
  const records = await readRecords(body, { members: MEMBERS, most: MAX_RECORDS, tooMany, read });
  if (records.length === 0) throw new RestError('INVALID_REQUEST', '"records" is absent or empty');
  return records;
}

function keepText(slice: Buffer | null): Buffer | null {
  return slice;
}

function decodeBase64(
  slice: Buffer | null,
  { name, index }: { readonly name: string; readonly index: number },
): Buffer | null {
  if (slice === null) return null;
  const text: unknown = JSON.parse(slice.toString('utf8'));
  const bytes = Buffer.from(typeof text === 'string' ? text : '', 'base64');
  // Node passes over what is no base64, so only the way back tells.
  if (bytes.toString('base64') === text) return bytes;
  throw new RestError('MALFORMED', `the ${name} of record ${index} is not a string of base64`);
}

function orNull(slice: Buffer | undefined): Buffer | null {
  // "n" begins no other JSON value than null.
  return slice === undefined || slice[0] === 0x6e ? null : slice;
}

function parsePartition(slice: Buffer | null, index: number): number | undefined {
  if (slice === null) return undefined;
  const text = slice.toString('utf8');
  if (!/^\d{1,9}$/.test(text)) {
    throw new RestError('INVALID_REQUEST', `record ${index} has a partition that is not a whole number of 0 or more`);
  }
  return Number(text);
}
