import { rangesOfOffsets } from '../../domain/offsets.ts';
import type { SentRecord } from '../emulation/chunk-manifests.ts';
import type { KafkaLog } from '../ports.ts';
import { hashLine, toLine } from './record-line.ts';

/** A record whose line has other bytes than those that were sent. */
export interface RewrittenRecord {
  readonly record: SentRecord;
  /** Hash of the value that the line has as JSON; undefined where it is none. */
  readonly value: string | undefined;
}

/** Hashes what a JSON text says: order of fields, white space and spelling of numbers and characters make no difference. */
export function hashValue(text: string): string | undefined {
  try {
    return hashLine(JSON.stringify(JSON.parse(text), sortFields));
  } catch {
    return undefined;
  }
}

function sortFields(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Those of the rewritten records that do not say what was sent. Kafka has the bytes that were sent, as their hash shows,
 * and with them what the line has to say.
 */
export async function findChanged(
  rewritten: readonly RewrittenRecord[],
  { topic, kafka, signal }: { readonly topic: string; readonly kafka: KafkaLog; readonly signal: AbortSignal },
): Promise<SentRecord[]> {
  if (rewritten.length === 0) return [];
  const changed = new Map(rewritten.map((each) => [`${each.record.partition}/${each.record.offset}`, each]));
  await kafka.readRanges({
    topic,
    ranges: rangesOfOffsets(rewritten.map(({ record }) => record)),
    signal,
    onRecords: async (partition, records) => {
      for (const { offset, value } of records) {
        const place = `${partition}/${offset}`;
        const expected = changed.get(place);
        const isAsSent = hashLine(toLine(value)) === expected?.record.hash;
        const said = hashValue(String(value));
        if (isAsSent && said !== undefined && said === expected.value) changed.delete(place);
      }
    },
  });
  return [...changed.values()].map(({ record }) => record);
}
