import { hash } from 'node:crypto';
import {
  HASH_HEADER,
  HASH_LENGTH,
  isRunMark,
  parseSequence,
  RUN_HEADER,
  SEQUENCE_HEADER,
} from '../domain/record-mark.ts';
import { mapInStretches } from './let-others-run.ts';
import type { OutgoingRecord } from './partition-batch.ts';
import { RestError } from './rest-errors.ts';

/** Which run sent a request, and the sequence of the request's first record. */
export interface RequestMark {
  readonly run: string;
  readonly sequence: number;
}

/**
 * Reads the mark of a request; undefined for one without.
 * @throws RestError 400 for half a mark or one that cannot be
 */
export function readRequestMark(headers: Readonly<Record<string, unknown>>): RequestMark | undefined {
  const [run, text] = [headers[RUN_HEADER], headers[SEQUENCE_HEADER]];
  if (run === undefined && text === undefined) return undefined;
  const sequence = parseSequence(String(text));
  if (typeof run === 'string' && isRunMark(run) && sequence !== undefined) return { run, sequence };
  throw new RestError(
    'MALFORMED',
    `"${RUN_HEADER}" and "${SEQUENCE_HEADER}" go together: 1 to 200 printable ASCII characters, and a whole number`,
  );
}

/** Gives every record of a marked request its own mark, as headers of Kafka. A tombstone is hashed as an empty value. */
export async function markRecords<R extends OutgoingRecord>(
  records: readonly R[],
  mark: RequestMark | undefined,
): Promise<readonly R[]> {
  if (mark === undefined) return records;
  return mapInStretches(records, (record, index) => ({
    ...record,
    headers: {
      [RUN_HEADER]: mark.run,
      [SEQUENCE_HEADER]: String(mark.sequence + index),
      [HASH_HEADER]: hash('sha256', record.value ?? '').slice(0, HASH_LENGTH),
    },
  }));
}
