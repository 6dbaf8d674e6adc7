import { PinflowError } from '../../domain/errors.ts';
import { mapKinds, type PerKind, RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';
import type { LandingAudit } from '../../domain/ledger.ts';
import { topicName } from '../../domain/names.ts';
import { countOffsets, mergeRanges, type OffsetRange, rangesOfOffsets } from '../../domain/offsets.ts';
import type { RunPlan } from '../../domain/run.ts';
import { markOf, readSent } from '../emulation/chunk-manifests.ts';
import { withProgress } from '../heartbeat.ts';
import type { PartitionOffsets } from '../ports.ts';
import { auditLanding } from './audit-landing.ts';
import { createLanding, type LandingDependencies } from './landing.ts';
import { readListed, writeManifest } from './landing-manifest.ts';

interface KindOfRun {
  readonly plan: RunPlan;
  readonly kind: RecordKind;
}

export function createLandingActivities(dependencies: LandingDependencies) {
  const { kafka, store } = dependencies;
  const landing = createLanding(dependencies);

  async function proveKind({ plan, kind, planned }: KindOfRun & { readonly planned: readonly OffsetRange[] }) {
    const acknowledged = rangesOfOffsets(await readSent(plan, kind, store));
    const topic = topicName(plan.pipeline, kind);
    const wanted = mergeRanges([...planned, ...acknowledged, ...(await readListed(plan, kind, store))]);
    const objects = await landing.findCovering(topic, wanted);
    return { acknowledged, objects, strays: await landing.countStrays(topic, objects) };
  }

  return {
    /** The ranges to land: from what the store already holds to what the topic holds now. Empty ranges are left out. */
    async planRanges({ plan, kind }: KindOfRun): Promise<OffsetRange[]> {
      const topic = topicName(plan.pipeline, kind);
      const known = await kafka.readOffsets(topic);
      const next = await Promise.all(known.map(({ partition, low }) => landing.findStart({ topic, partition }, low)));
      const starts = new Map(known.map(({ partition }, index) => [partition, next[index] ?? 0]));
      // Asked again after the store, where another run may have landed meanwhile what did not exist a moment before.
      const partitions = await kafka.readOffsets(topic);
      return mergeRanges(partitions.map((offsets) => planPartition(topic, offsets, starts.get(offsets.partition))));
    },

    /** Writes exactly the planned ranges of one topic as objects, or waits until a sink has written them. */
    async landKind({ plan, kind, ranges }: KindOfRun & { readonly ranges: readonly OffsetRange[] }) {
      const label = `land ${kind}`;
      const topic = topicName(plan.pipeline, kind);
      return withProgress(label, async (report, signal) => {
        const onProgress = (done: number, total: number) => report({ label, done, total });
        await landing.land({ topic, ranges, writer: plan.workflowId, signal, onProgress });
        return { offsets: countOffsets(ranges) };
      });
    },

    /**
     * Proves that every planned and every acknowledged offset is in exactly one object, and writes down which objects
     * the job has to read. `records` are the lines of all these objects, `strays` the objects beside them that landing did
     * not write.
     */
    async proveCoverage({ plan, planned }: { readonly plan: RunPlan; readonly planned: PerKind<OffsetRange[]> }) {
      const prove = (kind: RecordKind) => proveKind({ plan, kind, planned: planned[kind] });
      const [pin, geo, user] = await Promise.all([prove('pin'), prove('geo'), prove('user')]);
      const proofs = { pin, geo, user };
      const manifest = await writeManifest(plan, proofs, store);
      for (const kind of RECORD_KINDS) {
        const { objects } = proofs[kind];
        const topic = topicName(plan.pipeline, kind);
        await landing.noteListed({ topic, run: plan.workflowId, planned: planned[kind], objects });
      }
      return mapKinds((kind) => {
        const listed = manifest.objects.filter((object) => object.kind === kind);
        const records = listed.reduce((total, object) => total + object.records, 0);
        return { objects: listed.length, records, strays: proofs[kind].strays };
      });
    },

    /** Compares what landed, byte by byte, with what the run sent. */
    async auditKind({ plan, kind, planned }: KindOfRun & { readonly planned: OffsetRange[] }): Promise<LandingAudit> {
      const label = `audit ${kind}`;
      return withProgress(label, async (report, signal) => {
        const topic = topicName(plan.pipeline, kind);
        const sent = await readSent(plan, kind, store);
        const objects = await landing.findCovering(topic, mergeRanges([...planned, ...rangesOfOffsets(sent)]));
        const onObject = (done: number) => report({ label, done, total: objects.length });
        const { keepsBytes } = landing;
        return auditLanding(
          { topic, run: markOf(plan), sent, planned, objects, keepsBytes, signal, onObject },
          dependencies,
        );
      });
    },
  };
}

/** A partition that was added only now is planned from its first record. */
function planPartition(topic: string, { partition, low, high }: PartitionOffsets, start = low): OffsetRange {
  if (start < low || start > high) {
    throw new PinflowError(
      'OFFSETS_LOST',
      `topic "${topic}" partition ${partition} holds offsets [${low}, ${high}) but landing goes on at ${start}`,
    );
  }
  return { partition, start, end: high };
}
