import { createHash } from 'node:crypto';
import type { RecordKind } from '../../domain/kinds.ts';
import { chunkManifestPrefix, type ChunkManifests } from '../../domain/names.ts';
import type { RunPlan } from '../../domain/run.ts';
import type { Acknowledgement, ObjectStore } from '../ports.ts';

/** One record of a run that Kafka has acknowledged: where it is, and the hash of the bytes that were sent (I8). */
export interface SentRecord extends Acknowledgement {
  readonly sequence: number;
  readonly hash: string;
}

/** What is known of a chunk once Kafka has acknowledged it. The object's existence is the evidence (I7). */
export interface ChunkManifest {
  /** Sequence of the first record; the others follow. */
  readonly first: number;
  /** Partition, offset and hash of each record. */
  readonly records: readonly (readonly [partition: number, offset: number, hash: string])[];
}

/** Where the manifests of one kind are kept. */
export function manifestsOf(plan: RunPlan, kind: RecordKind): ChunkManifests {
  return { workflowId: plan.workflowId, plan: digestPlan(plan), kind };
}

/** How the run's records are marked. */
export function markOf(plan: RunPlan): string {
  return `${plan.workflowId}/${digestPlan(plan)}`;
}

function digestPlan({ pipeline, date, rows, seed, source, order }: RunPlan): string {
  const text = JSON.stringify([pipeline, date, rows ?? 'all', seed, source, order]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
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

/** Every record of one kind that Kafka has acknowledged to the run. */
export async function readSent(plan: RunPlan, kind: RecordKind, store: ObjectStore): Promise<SentRecord[]> {
  const keys = await store.listKeys(chunkManifestPrefix(manifestsOf(plan, kind)));
  const manifests = await Promise.all(keys.map((key) => readManifest(key, store)));
  return manifests.flatMap((manifest) =>
    (manifest?.records ?? []).map(([partition, offset, hash], index) => ({
      sequence: (manifest?.first ?? 0) + index,
      partition,
      offset,
      hash,
    })),
  );
}
