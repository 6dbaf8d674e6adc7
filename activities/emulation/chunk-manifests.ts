import { createHash } from 'node:crypto';
import type { RecordKind } from '../../domain/kinds.ts';
import { chunkManifestKey, chunkManifestPrefix, type ChunkManifests } from '../../domain/names.ts';
import { mergeRanges, type OffsetRange } from '../../domain/offsets.ts';
import type { RunPlan } from '../../domain/run.ts';
import type { ObjectStore } from '../ports.ts';

/** What is known of a chunk once Kafka has acknowledged it. The object's existence is the evidence (I7). */
export interface ChunkManifest {
  readonly rows: number;
  /** Of the rows' JSON texts, each followed by a line feed. */
  readonly sha256: string;
  readonly acknowledged: readonly OffsetRange[];
}

export function manifestKey(plan: RunPlan, kind: RecordKind, chunk: number): string {
  return chunkManifestKey(manifestsOf(plan, kind), chunk);
}

export async function readManifest(key: string, store: ObjectStore): Promise<ChunkManifest | undefined> {
  const body = await store.readObject(key);
  return body === undefined ? undefined : (JSON.parse(body.toString('utf8')) as ChunkManifest);
}

/** Keeps a manifest and returns the one that counts: another attempt's, when that was faster. */
export async function keepManifest(key: string, manifest: ChunkManifest, store: ObjectStore): Promise<ChunkManifest> {
  const body = JSON.stringify(manifest);
  const outcome = await store.createObject({ key, body, contentType: 'application/json' });
  return outcome === 'created' ? manifest : ((await readManifest(key, store)) ?? manifest);
}

/** All offsets that Kafka acknowledged for one kind of a run. */
export async function readAcknowledged(plan: RunPlan, kind: RecordKind, store: ObjectStore): Promise<OffsetRange[]> {
  const keys = await store.listKeys(chunkManifestPrefix(manifestsOf(plan, kind)));
  const manifests = await Promise.all(keys.map((key) => readManifest(key, store)));
  return mergeRanges(manifests.flatMap((manifest) => manifest?.acknowledged ?? []));
}

function manifestsOf(plan: RunPlan, kind: RecordKind): ChunkManifests {
  const { workflowId, pipeline, date, rows, seed, source, order } = plan;
  const text = JSON.stringify([pipeline, date, rows ?? 'all', seed, source, order]);
  return { workflowId, plan: createHash('sha256').update(text).digest('hex').slice(0, 12), kind };
}
