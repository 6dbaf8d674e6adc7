import { mapKinds, type PerKind, RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';
import { landingManifestKey, parseLandedKey } from '../../domain/names.ts';
import type { OffsetRange } from '../../domain/offsets.ts';
import type { RunPlan } from '../../domain/run.ts';
import type { ObjectStore } from '../ports.ts';
import type { LandedObject } from './landed-objects.ts';

/** One object that the job has to read. */
export interface ListedObject {
  readonly kind: RecordKind;
  readonly key: string;
  /** Lines of the object. */
  readonly records: number;
}

/** What the run's Databricks job reads: its objects, and which of their offsets are the run's own. */
export interface LandingManifest {
  readonly objects: readonly ListedObject[];
  readonly acknowledged: PerKind<readonly OffsetRange[]>;
}

/** What a kind adds to the manifest. */
export interface ManifestPart {
  readonly objects: readonly LandedObject[];
  readonly acknowledged: readonly OffsetRange[];
}

/** Writes down what the job has to read, and returns it. Objects without a line, which only bridge gaps of the log, are not. */
export async function writeManifest(
  plan: RunPlan,
  parts: PerKind<ManifestPart>,
  store: ObjectStore,
): Promise<LandingManifest> {
  const key = landingManifestKey(plan.workflowId);
  const objects = RECORD_KINDS.flatMap((kind) =>
    parts[kind].objects.map(({ key, count }) => ({ kind, key, records: count })),
  );
  const manifest: LandingManifest = {
    objects: objects.filter(({ records }) => records > 0),
    acknowledged: mapKinds((kind) => parts[kind].acknowledged),
  };
  await store.replaceObject({ key, body: JSON.stringify(manifest), contentType: 'application/json' });
  return manifest;
}

/** What an earlier try of the run has listed: it has to be listed again (I1), in whichever objects it is by now. */
export async function readListed(plan: RunPlan, kind: RecordKind, store: ObjectStore): Promise<OffsetRange[]> {
  const manifest = await readManifest(landingManifestKey(plan.workflowId), store);
  const listed = (manifest?.objects ?? []).filter((object) => object.kind === kind);
  return listed.flatMap(({ key, records }) => {
    const name = parseLandedKey(key);
    return name === undefined ? [] : [{ partition: name.partition, start: name.start, end: name.start + records }];
  });
}

async function readManifest(key: string, store: ObjectStore): Promise<LandingManifest | undefined> {
  const body = await store.readObject(key);
  return body === undefined ? undefined : (JSON.parse(body.toString('utf8')) as LandingManifest);
}
