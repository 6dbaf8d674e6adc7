import { RECORD_KINDS } from '../domain/kinds.ts';
import { type ShardLedger, type StreamLedger, type StreamResult, sumShards } from '../domain/stream.ts';
import { formatTable } from './format-table.ts';

const CLASSES = ['put', 'rows', 'quarantined', 'duplicates', 'missing'] as const;

/** The end of a stream for people: what became of every record that was put, by kind and, where there are several, by shard. */
export function summariseStream({ pipeline, posts, epochs, ledger }: StreamResult): string[] {
  const runs = epochs === 1 ? 'one databricks run' : `${epochs} databricks runs`;
  return ['', `ledger of the stream of ${pipeline}: ${posts} posts, ${runs}`, ...formatStreamLedger(ledger)];
}

function formatStreamLedger(ledger: StreamLedger): string[] {
  const sums = RECORD_KINDS.map((kind) => ({ kind, shard: 'all shards', counts: sumShards(ledger, kind) }));
  const isSplit = RECORD_KINDS.some((kind) => Object.keys(ledger[kind]).length > 1);
  // Ids of shards are long: without them the table fits on a terminal of 80 columns.
  if (!isSplit)
    return formatTable(
      ['kind', ...CLASSES],
      sums.map(({ kind, counts }) => [kind, ...toCells(counts)]),
    );
  const rows = sums.flatMap((sum) => {
    const shards = Object.entries(ledger[sum.kind]).toSorted(([one], [other]) => (one < other ? -1 : 1));
    const parts = shards.map(([shard, counts]) => ({ kind: sum.kind, shard, counts }));
    return parts.length === 1 ? parts : [...parts, sum];
  });
  return formatTable(
    ['kind', 'shard', ...CLASSES],
    rows.map(({ kind, shard, counts }) => [kind, shard, ...toCells(counts)]),
  );
}

function toCells(counts: ShardLedger): number[] {
  return CLASSES.map((name) => counts[name]);
}
