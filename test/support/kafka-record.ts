import type { KafkaRecord } from '../../activities/ports.ts';
import type { RecordMark } from '../../domain/record-mark.ts';

/** A record as the log hands it over. */
export function makeRecord(offset: number, value: string | Buffer | null, mark?: RecordMark): KafkaRecord {
  return { offset, value: typeof value === 'string' ? Buffer.from(value) : value, readMark: () => mark };
}
