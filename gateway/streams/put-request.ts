import { readRecords, sliceMembers, type Slices } from '../json-slices.ts';
import { type KinesisFailure, refuse } from './kinesis-failure.ts';

/** One record for Kinesis, in its words. */
export interface PutEntry {
  readonly Data: Buffer;
  readonly PartitionKey: string;
}

/** Limits of one PutRecords. Data and keys count. */
const MAX_RECORDS = 500;
const MAX_BYTES = 5 * 1024 * 1024;

const LONGEST_KEY = 256;

const MEMBERS = ['data', 'partition-key'] as const;

/**
 * Reads `{"Data": any JSON, "PartitionKey": "…"}`. The bytes of `Data` as they stand in the body are the record (I8).
 * `StreamName` is what course clients repeat from the path.
 */
export async function parsePutRecord(body: Buffer): Promise<PutEntry> {
  const { Data: data, PartitionKey: key } = await sliceMembers(body, ['Data', 'PartitionKey', 'StreamName']);
  if (data === undefined) throw refuse('"Data" is absent');
  return { Data: data, PartitionKey: readKey(key, { name: 'PartitionKey', where: '' }) };
}

/**
 * Reads `{"records":[{"data": "JSON text", "partition-key": "…"}…]}`. What the text of `data` says is the record.
 * All or none: whatever is wrong with one record is said before any is sent.
 */
export async function parsePutRecords(body: Buffer): Promise<PutEntry[]> {
  const entries = await readRecords(body, { members: MEMBERS, most: MAX_RECORDS, tooMany, read: toEntry });
  if (entries.length === 0) throw refuse('"records" is absent or empty');
  const bytes = entries.reduce((sum, { Data, PartitionKey }) => sum + Data.length + Buffer.byteLength(PartitionKey), 0);
  if (bytes > MAX_BYTES) throw refuse(`data and keys are ${bytes} bytes, Kinesis takes at most ${MAX_BYTES} at once`);
  return entries;
}

function tooMany(): KinesisFailure {
  return refuse(`request has more than ${MAX_RECORDS} records, which is the most that Kinesis takes at once`);
}

function toEntry(members: Slices<(typeof MEMBERS)[number]>, index: number): PutEntry {
  const where = ` of record ${index}`;
  const { data } = members;
  if (data === undefined) throw refuse(`"data"${where} is absent`);
  const text: unknown = JSON.parse(data.toString('utf8'));
  if (typeof text !== 'string') throw refuse(`"data"${where} is not a string that holds the JSON text of the record`);
  if (!text.isWellFormed()) throw loneSurrogate('data', where);
  return {
    Data: Buffer.from(text),
    PartitionKey: readKey(members['partition-key'], { name: 'partition-key', where }),
  };
}

/** A number is taken by its own text, which is what the template of API Gateway makes of one. */
function readKey(slice: Buffer | undefined, { name, where }: { name: string; where: string }): string {
  if (slice === undefined) throw refuse(`"${name}"${where} is absent`);
  const value: unknown = JSON.parse(slice.toString('utf8'));
  const key = typeof value === 'number' ? slice.toString('utf8') : value;
  if (typeof key !== 'string') throw refuse(`"${name}"${where} is neither a string nor a number`);
  if (!key.isWellFormed()) throw loneSurrogate(name, where);
  const { length } = [...key];
  if (length < 1 || length > LONGEST_KEY) {
    throw refuse(`"${name}"${where} has ${length} characters, Kinesis takes 1 to ${LONGEST_KEY}`);
  }
  return key;
}

/** It has no bytes in UTF-8; Node would store another character in its place (I8). */
function loneSurrogate(name: string, where: string): KinesisFailure {
  return refuse(`"${name}"${where} holds half of a surrogate pair, which is no text`);
}
