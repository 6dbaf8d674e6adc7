import { activityInfo } from '@temporalio/activity';
import { RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';
import { chunkManifestKey, topicName } from '../../domain/names.ts';
import type { RunPlan } from '../../domain/run.ts';
import { withProgress } from '../heartbeat.ts';
import { hashLine } from '../landing/record-line.ts';
import type { Gateway, KafkaLog, ObjectStore, OpenSource, RowSource } from '../ports.ts';
import { type ChunkManifest, keepManifest, manifestsOf, markOf, readManifest } from './chunk-manifests.ts';
import { claimSource, planPositions, withSource } from './open-rows.ts';

/** Rows of one request to the gateway, and of one manifest: 500 to 1,000 records a send is where kafkajs is fastest. */
const CHUNK_ROWS = 1_000;

export interface EmulationDependencies {
  readonly openSource: OpenSource;
  readonly gateway: Gateway;
  readonly kafka: KafkaLog;
  readonly store: ObjectStore;
}

export function createEmulationActivities(dependencies: EmulationDependencies) {
  const { openSource, kafka, store } = dependencies;
  return {
    /** Checks that the source can be read and is the one this pipeline's state was made from, and creates the topics. */
    async prepareRun(plan: RunPlan): Promise<void> {
      await withSource(plan.source, openSource, (source) => planPositions(plan, source));
      await claimSource(plan, store);
      await kafka.ensureTopics(RECORD_KINDS.map((kind) => topicName(plan.pipeline, kind)));
    },

    /**
     * Posts the planned rows of one kind and keeps the acknowledgements of each chunk as an object. A chunk whose
     * object exists is in Kafka and is not sent again (I6, I7).
     */
    async emulateKind({ plan, kind }: { readonly plan: RunPlan; readonly kind: RecordKind }) {
      const label = `post ${kind}`;
      return withProgress(label, (report, signal) =>
        withSource(plan.source, openSource, async (source) => {
          const positions = (await planPositions(plan, source))[kind];
          let acknowledged = 0;
          for (let start = 0; start < positions.length; start += CHUNK_ROWS) {
            signal.throwIfAborted();
            const key = chunkManifestKey(manifestsOf(plan, kind), start / CHUNK_ROWS);
            const chunk = { plan, kind, key, first: start, positions: positions.slice(start, start + CHUNK_ROWS) };
            const manifest = (await readManifest(key, store)) ?? (await postChunk(chunk, source, dependencies));
            acknowledged += manifest.records.length;
            report({ label, done: acknowledged, total: positions.length });
          }
          return { intended: positions.length, acknowledged };
        }),
      );
    },
  };
}

interface Chunk {
  readonly plan: RunPlan;
  readonly kind: RecordKind;
  /** Of the chunk's manifest. */
  readonly key: string;
  /** Sequence of the chunk's first row. */
  readonly first: number;
  readonly positions: readonly number[];
}

async function postChunk(
  { plan, kind, key, first, positions }: Chunk,
  source: RowSource,
  { gateway, store }: EmulationDependencies,
): Promise<ChunkManifest> {
  const rows = await source.readRows(kind, positions);
  // The gateway's memory must end with this execution: after a reset the same chunk is another one.
  const idempotencyKey = `${activityInfo().workflowExecution?.runId}/${key}`;
  const topic = topicName(plan.pipeline, kind);
  const acknowledgements = await gateway.postRows({ topic, rows, idempotencyKey, run: markOf(plan), sequence: first });
  const records = acknowledgements.map(
    ({ partition, offset }, index) => [partition, offset, hashLine(rows[index]?.json ?? '')] as const,
  );
  return keepManifest(key, { first, records }, store);
}
