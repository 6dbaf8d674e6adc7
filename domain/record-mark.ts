/**
 * What tells a record of a run from every other: which run sent it, as which of its records, and a hash of its value.
 * It travels beside the value, never in it (I8): in headers of Kafka, and on the way there in headers of the request,
 * which a gateway that does not know them passes over.
 */
export interface RecordMark {
  /** The workflow id and a digest of the run's plan: a date that is begun again with other arguments is another sender. */
  readonly run: string;
  /** Counts the run's records of one kind, from 0. */
  readonly sequence: number;
  /** The first {@link HASH_LENGTH} hexadecimal digits of the SHA-256 of the value's bytes. */
  readonly hash: string;
}

/** 64 bits: enough to notice a changed record, at a quarter of the size of a whole SHA-256. */
export const HASH_LENGTH = 16;

/** Headers of a record in Kafka. The first two are also those of a request: its run, and the sequence of its first record. */
export const RUN_HEADER = 'pinflow-run';
export const SEQUENCE_HEADER = 'pinflow-sequence';
export const HASH_HEADER = 'pinflow-sha256';

export function isRunMark(text: string): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(text);
}

/** A whole number of at least 0; undefined for any other text. */
export function parseSequence(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Reads the mark of a record; undefined for one that nobody marked. */
export function parseRecordMark(header: (name: string) => string | undefined): RecordMark | undefined {
  const [run, sequence, hash] = [header(RUN_HEADER), parseSequence(header(SEQUENCE_HEADER) ?? ''), header(HASH_HEADER)];
  if (run === undefined || sequence === undefined || hash === undefined) return undefined;
  return isRunMark(run) && hash.length === HASH_LENGTH ? { run, sequence, hash } : undefined;
}
