import { PinflowError } from '../../domain/errors.ts';
import { mapKinds, type PerKind, RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';
import { landingManifestKey, topicName } from '../../domain/names.ts';
import {
  countOffsets,
  findOverlaps,
  findUncovered,
  formatRange,
  mergeRanges,
  type OffsetRange,
} from '../../domain/offsets.ts';
import type { RunPlan } from '../../domain/run.ts';
import { readAcknowledged } from '../emulation/chunk-manifests.ts';
import { type ReportProgress, runWithHeartbeat } from '../heartbeat.ts';
import type { KafkaLog, ObjectStore, PartitionOffsets } from '../ports.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { findNextOffset, type LandedObject, listLandedObjects } from './landed-objects.ts';

export interface LandingDependencies {
  readonly kafka: KafkaLog;
  readonly store: ObjectStore;
  readonly maxRecords: number;
}

/** What the run's Databricks job reads: its objects, and which of their offsets are the run's own. */
export interface LandingManifest {
  readonly objects: readonly { readonly kind: RecordKind; readonly key: string }[];
  readonly acknowledged: PerKind<readonly OffsetRange[]>;
}

export function createLandingActivities(dependencies: LandingDependencies) {
  return {
    /** The ranges to land: from what the store already holds to what the topic holds now. Empty ranges are left out. */
    async planRanges({ plan, kind }: { readonly plan: RunPlan; readonly kind: RecordKind }): Promise<OffsetRange[]> {
      const { kafka, store } = dependencies;
      const topic = topicName(plan.pipeline, kind);
      const partitions = await kafka.readOffsets(topic);
      return mergeRanges(await Promise.all(partitions.map((offsets) => planPartition(topic, offsets, store))));
    },

    /** Writes exactly the planned ranges of one topic as objects, going on after those that exist. */
    async landKind(input: LandInput): Promise<{ offsets: number }> {
      return runWithHeartbeat(`land ${input.kind}`, (report, signal) =>
        landRanges({ ...input, report, signal }, dependencies),
      );
    },

    /**
     * Proves that every planned and every acknowledged offset is in exactly one object, and writes down which objects
     * the job has to read. What an earlier try of this run listed stays listed (I1).
     */
    async proveCoverage({
      plan,
      planned,
    }: {
      readonly plan: RunPlan;
      readonly planned: PerKind<readonly OffsetRange[]>;
    }) {
      const { store } = dependencies;
      const prove = (kind: RecordKind) => proveKind({ plan, kind, planned: planned[kind] }, store);
      const [pin, geo, user] = await Promise.all([prove('pin'), prove('geo'), prove('user')]);
      const proofs = { pin, geo, user };
      await writeManifest(plan, proofs, store);
      return mapKinds((kind) => ({ landed: proofs[kind].landed, objects: proofs[kind].objects.length }));
    },
  };
}

interface LandInput {
  readonly plan: RunPlan;
  readonly kind: RecordKind;
  readonly ranges: readonly OffsetRange[];
}

type LandRequest = LandInput & { readonly report: ReportProgress; readonly signal: AbortSignal };

async function landRanges(
  { plan, kind, ranges, report, signal }: LandRequest,
  { kafka, store, maxRecords }: LandingDependencies,
) {
  const topic = topicName(plan.pipeline, kind);
  const open = mergeRanges(await Promise.all(ranges.map((range) => cutLanded(topic, range, store))));
  const makeWriter = (range: OffsetRange) =>
    new ChunkWriter({ store, topic, range, maxRecords, writer: plan.workflowId });
  const writers = new Map(open.map((range) => [range.partition, makeWriter(range)]));
  const total = countOffsets(ranges);
  let done = total - countOffsets(open);
  report({ label: `land ${kind}`, done, total });
  await kafka.readRanges({
    topic,
    ranges: open,
    signal,
    onRecords: async (partition, records) => {
      await writers.get(partition)?.append(records);
      done += records.length;
      report({ label: `land ${kind}`, done, total });
    },
  });
  for (const writer of writers.values()) await writer.finish();
  return { offsets: total };
}

async function planPartition(topic: string, offsets: PartitionOffsets, store: ObjectStore): Promise<OffsetRange> {
  const { partition, low, high } = offsets;
  const start = await findNextOffset(store, { topic, partition }, low);
  if (start < low || start > high) {
    throw new PinflowError(
      'OFFSETS_LOST',
      `topic "${topic}" partition ${partition} holds offsets [${low}, ${high}) but landing goes on at ${start}`,
    );
  }
  return { partition, start, end: high };
}

/** What is left of a planned range after the objects that an earlier try has written. */
async function cutLanded(topic: string, range: OffsetRange, store: ObjectStore): Promise<OffsetRange> {
  const landed = await listLandedObjects(store, { topic, partition: range.partition }, range.start);
  const start = landed.reduce(
    (next, object) => (object.start <= next ? Math.max(next, object.end) : next),
    range.start,
  );
  return { ...range, start: Math.min(start, range.end) };
}

interface KindProof {
  readonly acknowledged: OffsetRange[];
  readonly landed: number;
  readonly objects: { kind: RecordKind; key: string }[];
}

async function proveKind(
  { plan, kind, planned }: { plan: RunPlan; kind: RecordKind; planned: readonly OffsetRange[] },
  store: ObjectStore,
): Promise<KindProof> {
  const topic = topicName(plan.pipeline, kind);
  const acknowledged = await readAcknowledged(plan, kind, store);
  const wanted = mergeRanges([...planned, ...acknowledged]);
  const objects: LandedObject[] = [];
  for (const partition of new Set(wanted.map((range) => range.partition))) {
    const ranges = wanted.filter((range) => range.partition === partition);
    const landed = await listLandedObjects(
      store,
      { topic, partition },
      Math.min(...ranges.map((range) => range.start)),
    );
    objects.push(
      ...landed.filter((object) => ranges.some((range) => object.start < range.end && object.end > range.start)),
    );
  }
  const uncovered = findUncovered(wanted, objects);
  const overlaps = findOverlaps(objects);
  if (uncovered.length > 0 || overlaps.length > 0) {
    const missing = uncovered.slice(0, 5).map((range) => `${formatRange(range)} in no object`);
    const twice = overlaps.slice(0, 5).map(([a, b]) => `${formatRange(a)} and ${formatRange(b)} overlap`);
    throw new PinflowError('COVERAGE_INCOMPLETE', `topic "${topic}": ${[...missing, ...twice].join('; ')}`);
  }
  return {
    acknowledged,
    landed: countOffsets(acknowledged) - countOffsets(findUncovered(acknowledged, objects)),
    objects: objects.map(({ key }) => ({ kind, key })),
  };
}

async function writeManifest(plan: RunPlan, proofs: PerKind<KindProof>, store: ObjectStore): Promise<void> {
  const key = landingManifestKey(plan.workflowId);
  const earlier = await store.readObject(key);
  const before = earlier === undefined ? [] : (JSON.parse(earlier.toString('utf8')) as LandingManifest).objects;
  const objects = [...before, ...RECORD_KINDS.flatMap((kind) => proofs[kind].objects)];
  const manifest: LandingManifest = {
    objects: [...new Map(objects.map((object) => [object.key, object])).values()],
    acknowledged: mapKinds((kind) => proofs[kind].acknowledged),
  };
  await store.replaceObject({ key, body: JSON.stringify(manifest), contentType: 'application/json' });
}
