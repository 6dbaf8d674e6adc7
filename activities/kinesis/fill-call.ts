import type { Load, ShardPace } from './shard-pace.ts';

/** One record that is not acknowledged yet. */
export interface WaitingRecord {
  /** Place among the records of the caller. */
  readonly index: number;
  readonly id: string;
  readonly partitionKey: string;
  readonly data: string;
  /** Of data and key. */
  readonly bytes: number;
  readonly hashKey: bigint;
}

/** A record and the shard that it will go to. */
export interface PlacedRecord {
  readonly record: WaitingRecord;
  readonly shardId: string;
}

const MOST_RECORDS = 500;

/** Kinesis takes 5 MiB. JSON may write each byte as two, and bodies end at 10 MiB, the envelope of 500 records included. */
const MOST_BYTES = 4.9 * 1024 * 1024;

/**
 * Chooses the records of the next call, or says when there will be some.
 *
 * The order of each partition key is kept. Kinesis stores the records of one call independently of each other: one that
 * fails holds up none behind it. So a call has at most one record of a key, a call begins when the one before it is over,
 * and a record that failed keeps its place among those that wait; then each is sent only when every earlier one of its
 * key is acknowledged. A call without an answer is sent again: should its first sending reach the shard later than that,
 * it is a second copy of records that were there before anything behind them.
 */
export function fillCall(input: {
  /** In the order in which the caller gave them. */
  readonly waiting: readonly PlacedRecord[];
  readonly paceOf: (shardId: string) => ShardPace;
  readonly now: number;
}): { readonly chosen: readonly PlacedRecord[]; readonly readyAt: number } {
  const { waiting, paceOf, now } = input;
  const readyTimes = [...sumLoads(waiting)].map(
    ([shardId, load]) => [shardId, paceOf(shardId).readyAt(load, now)] as const,
  );
  const open = new Set(readyTimes.filter(([, readyAt]) => readyAt <= now).map(([shardId]) => shardId));
  const keys = new Set<string>();
  const chosen: PlacedRecord[] = [];
  let bytes = 0;
  for (const placed of waiting) {
    if (chosen.length === MOST_RECORDS || open.size === 0) break;
    const { record, shardId } = placed;
    if (!open.has(shardId) || keys.has(record.partitionKey)) continue;
    // What does not fit closes its shard for this call, lest a later record of its key overtakes it.
    if (bytes + record.bytes > MOST_BYTES || !paceOf(shardId).takeRecord(record.bytes, now)) {
      open.delete(shardId);
      continue;
    }
    keys.add(record.partitionKey);
    chosen.push(placed);
    bytes += record.bytes;
  }
  return { chosen, readyAt: Math.min(...readyTimes.map(([, readyAt]) => readyAt)) };
}

function sumLoads(waiting: readonly PlacedRecord[]): Map<string, Load> {
  const loads = new Map<string, Load>();
  for (const { record, shardId } of waiting) {
    const { records, bytes } = loads.get(shardId) ?? { records: 0, bytes: 0 };
    loads.set(shardId, { records: records + 1, bytes: bytes + record.bytes });
  }
  return loads;
}
