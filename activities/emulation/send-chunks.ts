import type { RecordKind } from '../../domain/kinds.ts';
import { listManifests, readManifest } from './chunk-manifests.ts';
import type { Chunk } from './chunks.ts';
import { limitRate } from './limit-rate.ts';
import { postChunk, type PostContext } from './post-chunk.ts';

/** While Kafka writes one chunk, another is on its way and a third is made. */
const CHUNKS_AT_ONCE = 3;

export interface SendContext extends PostContext {
  readonly signal: AbortSignal;
  /** Told of records that Kafka has. */
  readonly onAcknowledged: (records: number, kind: RecordKind) => void;
}

/**
 * Posts chunks of one kind, several at a time; those whose manifest exists are in Kafka and are not sent again (I6, I7).
 * A chunk that fails begins no further one, and lets those under way end and keep what they have come to.
 */
export async function sendChunks(chunks: readonly Chunk[], context: SendContext): Promise<void> {
  const { signal, store } = context;
  const [first] = chunks;
  if (first === undefined) return;
  const kept = await listManifests(first.plan, first.kind, store);
  const awaitTurn = limitRate(first.plan.rate);
  const running = new Set<Promise<unknown>>();
  const failures: unknown[] = [];
  try {
    for (const chunk of chunks) {
      // Rows of one post keep their order: of a record id the tables have what came last.
      const room = chunk.continues ? 1 : CHUNKS_AT_ONCE;
      while (running.size >= room) await Promise.race(running);
      const isKept = kept.has(chunk.key);
      if (!isKept) await awaitTurn(chunk.positions.length);
      signal.throwIfAborted();
      if (failures.length > 0) break;
      const sending = sendChunk(chunk, isKept, context)
        .catch((error: unknown) => failures.push(error))
        .finally(() => running.delete(sending));
      running.add(sending);
    }
  } finally {
    await Promise.all(running);
  }
  if (failures.length > 0) throw failures[0];
}

async function sendChunk(chunk: Chunk, isKept: boolean, context: SendContext): Promise<void> {
  const manifest = isKept ? await readManifest(chunk.key, context.store) : undefined;
  const { records } = manifest ?? (await postChunk(chunk, context));
  context.onAcknowledged(records.length, chunk.kind);
}
