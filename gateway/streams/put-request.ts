import { sliceMembers, sliceRecords, type RecordSlices } from '../json-slices.ts';
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

/**
 * Reads `{"Data": any JSON, "PartitionKey": "…"}`. The bytes of `Data` as they stand in the body are the record (I8).
 * `StreamName` is what course clients repeat from the path.
 */
export function parsePutRecord(body: Buffer): PutEntry {
  const members = sliceMembers(body);
  checkNames(members, { known: ['Data', 'PartitionKey', 'StreamName'], where: 'the request' });
  const data = members.get('Data');
  if (data === undefined) throw refuse('"Data" is absent');
  return { Data: data, PartitionKey: readKey(members.get('PartitionKey'), { name: 'PartitionKey', where: '' }) };
}

/**
 * Reads `{"records":[{"data": "JSON text", "partition-key": "…"}…]}`. What the text of `data` says is the record.
 * All or none: whatever is wrong with one record is said before any is sent.
 */
export function parsePutRecords(body: Buffer): PutEntry[] {
  const slices = sliceRecords(body);
  if (slices.length === 0) throw refuse('"records" is absent or empty');
  if (slices.length > MAX_RECORDS) {
    throw refuse(`request has ${slices.length} records, Kinesis takes at most ${MAX_RECORDS} at once`);
  }
  const entries = slices.map(toEntry);
  const bytes = entries.reduce((sum, { Data, PartitionKey }) => sum + Data.length + Buffer.byteLength(PartitionKey), 0);
  if (bytes > MAX_BYTES) throw refuse(`data and keys are ${bytes} bytes, Kinesis takes at most ${MAX_BYTES} at once`);
  return entries;
}

function toEntry(members: RecordSlices, index: number): PutEntry {
  const where = ` of record ${index}`;
  checkNames(members, { known: ['data', 'partition-key'], where: `record ${index}` });
  const data = members.get('data');
  if (data === undefined) throw refuse(`"data"${where} is absent`);
  const text: unknown = JSON.parse(data.toString('utf8'));
  if (typeof text !== 'string') throw refuse(`"data"${where} is not a string that holds the JSON text of the record`);
  if (!text.isWellFormed()) throw loneSurrogate('data', where);
  return {
    Data: Buffer.from(text),
    PartitionKey: readKey(members.get('partition-key'), { name: 'partition-key', where }),
  };
}

/** A misspelt member would be dropped without a word (I9). */
function checkNames(members: RecordSlices, { known, where }: { known: readonly string[]; where: string }): void {
  const unknown = [...members.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw refuse(`${where} has the unknown member ${JSON.stringify(unknown)}, known are ${known.join(', ')}`);
  }
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
