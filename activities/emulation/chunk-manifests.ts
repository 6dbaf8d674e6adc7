import { createHash } from 'node:crypto';
import type { RecordKind } from '../../domain/kinds.ts';
import { chunkManifestPrefix, type ChunkManifests } from '../../domain/names.ts';
import { chunkRows } from '../../domain/pace.ts';
import type { RunPlan } from '../../domain/run.ts';
import type { Acknowledgement, ObjectStore } from '../ports.ts';

/** One record of a run that Kafka has acknowledged: where it is, and the hash of the bytes that were sent (I8). */
export interface SentRecord extends Acknowledgement {
  readonly sequence: number;
  readonly hash: string;
}

/** Partition, offset and hash of one record. */
export type ManifestRecord = readonly [partition: number, offset: number, hash: string];

/** What is known of a chunk once Kafka has acknowledged it. The object's existence is the evidence (I7). */
export interface ChunkManifest {
  /** Sequence of the first record; the others follow. */
  readonly first: number;
  readonly records: readonly ManifestRecord[];
}

/** Where the manifests of one kind are kept. */
export function manifestsOf(plan: RunPlan, kind: RecordKind): ChunkManifests {
  return { workflowId: plan.workflowId, plan: digestPlan(plan), kind };
}

/** How the run's records are marked. */
export function markOf(plan: RunPlan): string {
  return `${plan.workflowId}/${digestPlan(plan)}`;
}

/** Of what is sent and of how it is cut into chunks: chunks of two sizes are not to be taken for each other. */
function digestPlan({ pipeline, date, rows, seed, source, order, pace, rate }: RunPlan): string {
  const size = chunkRows(rate);
  const cut = pace === 'course' ? [pace] : size === chunkRows(undefined) ? [] : [size];
  const text = JSON.stringify([pipeline, date, rows ?? 'all', seed, source, order, ...cut]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Which chunks of one kind are in Kafka. All in one question: one for each chunk would cost as much as its post. */
export async function listManifests(plan: RunPlan, kind: RecordKind, store: ObjectStore): Promise<ReadonlySet<string>> {
  return new Set(await store.listKeys(chunkManifestPrefix(manifestsOf(plan, kind))));
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
