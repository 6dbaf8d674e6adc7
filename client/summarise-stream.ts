import { RECORD_KINDS } from '../domain/kinds.ts';
import { type StreamLedger, type StreamResult, sumShards } from '../domain/stream.ts';
import { formatTable } from './format-table.ts';

const CLASSES = ['put', 'rows', 'quarantined', 'duplicates', 'missing'] as const;

/** The end of a stream for people: what became of every record that was put, by kind and by shard. */
export function summariseStream({ pipeline, posts, epochs, ledger }: StreamResult): string[] {
  const runs = epochs === 1 ? 'one databricks run' : `${epochs} databricks runs`;
  return ['', `ledger of the stream of ${pipeline}: ${posts} posts, ${runs}`, ...formatStreamLedger(ledger)];
}

function formatStreamLedger(ledger: StreamLedger): string[] {
  const rows = RECORD_KINDS.flatMap((kind) => {
    const shards = Object.entries(ledger[kind]).toSorted(([one], [other]) => (one < other ? -1 : 1));
    const sum = sumShards(ledger, kind);
    return [...shards, ...(shards.length === 1 ? [] : [['all shards', sum] as const])].map(([shard, counts]) => [
      kind,
      shard,
      ...CLASSES.map((name) => counts[name]),
    ]);
  });
  return formatTable(['kind', 'shard', ...CLASSES], rows);
}
