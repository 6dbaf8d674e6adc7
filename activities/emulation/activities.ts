import { RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';
import { topicName } from '../../domain/names.ts';
import type { RunPlan } from '../../domain/run.ts';
import { withProgress } from '../heartbeat.ts';
import type { Gateway, KafkaLog, ObjectStore, OpenSource } from '../ports.ts';
import { cutIntoChunks } from './chunks.ts';
import { claimSource, planPositions, readPosts, withSource } from './open-rows.ts';
import { sendChunks } from './send-chunks.ts';

/** Rows of one request to the gateway, and of one manifest: 500 to 1,000 records a send is where kafkajs is fastest. */
const CHUNK_ROWS = 1_000;

export interface EmulationDependencies {
  readonly openSource: OpenSource;
  readonly gateway: Gateway;
  readonly kafka: KafkaLog;
  readonly store: ObjectStore;
}

export function createEmulationActivities(dependencies: EmulationDependencies) {
  const { openSource, gateway, kafka, store } = dependencies;
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
          const chunks = cutIntoChunks({ plan, kind, posts: await readPosts(plan, source) }, CHUNK_ROWS);
          const intended = chunks.reduce((sum, { positions }) => sum + positions.length, 0);
          let acknowledged = 0;
          const onAcknowledged = (records: number) => {
            acknowledged += records;
            report({ label, done: acknowledged, total: intended });
          };
          await sendChunks(chunks, { source, gateway, store, signal, onAcknowledged });
          return { intended, acknowledged };
        }),
      );
    },
  };
}
