import { hash } from 'node:crypto';
import {
  HASH_HEADER,
  HASH_LENGTH,
  isRunMark,
  parseSequence,
  RUN_HEADER,
  SEQUENCE_HEADER,
} from '../domain/record-mark.ts';
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

/** The headers in Kafka of one record of a marked request. A tombstone is hashed as an empty value. */
export function markRecord(
  value: Buffer | null,
  { mark, index }: { readonly mark: RequestMark; readonly index: number },
): Readonly<Record<string, string>> {
  return {
    [RUN_HEADER]: mark.run,
    [SEQUENCE_HEADER]: String(mark.sequence + index),
    [HASH_HEADER]: hash('sha256', value ?? '').slice(0, HASH_LENGTH),
  };
}
