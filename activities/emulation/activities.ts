import type { Post } from '../../domain/emulation-plan.ts';
import { PinflowError } from '../../domain/errors.ts';
import { mapKinds, type PerKind, RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';
import type { SendingCounts } from '../../domain/ledger.ts';
import { topicName } from '../../domain/names.ts';
import { chunkRows, findPaceProblem } from '../../domain/pace.ts';
import type { RunPlan } from '../../domain/run.ts';
import { withProgress } from '../heartbeat.ts';
import type { Gateway, KafkaLog, ObjectStore, OpenSource } from '../ports.ts';
import { cutIntoChunks } from './chunks.ts';
import { claimSource, readPosts, withSource } from './open-rows.ts';
import { type SendContext, sendChunks } from './send-chunks.ts';
import { sendPosts } from './send-posts.ts';
import { Tally } from './tally.ts';

export interface EmulationDependencies {
  readonly openSource: OpenSource;
  readonly gateway: Gateway;
  readonly kafka: KafkaLog;
  readonly store: ObjectStore;
}

export function createEmulationActivities(dependencies: EmulationDependencies) {
  const { openSource, kafka, store } = dependencies;
  return {
    /**
     * Checks that the source can be read, can be sent in time and is the one this pipeline's state was made from, and
     * creates the topics.
     */
    async prepareRun(plan: RunPlan): Promise<void> {
      const posts = await withSource(plan.source, openSource, (source) => readPosts(plan, source));
      const problem = findPaceProblem(plan, posts);
      if (problem !== undefined) throw new PinflowError('INPUT_INVALID', problem);
      await claimSource(plan, store);
      await kafka.ensureTopics(RECORD_KINDS.map((kind) => topicName(plan.pipeline, kind)));
    },

    /** Posts the planned rows of one kind, in chunks. */
    async emulateKind({ plan, kind }: { readonly plan: RunPlan; readonly kind: RecordKind }): Promise<SendingCounts> {
      const sending = { plan, kinds: [kind], label: `post ${kind}` };
      const tally = await send(sending, dependencies, (posts, context) =>
        sendChunks(cutIntoChunks({ plan, kind, posts }, chunkRows(plan.rate)), context),
      );
      return tally.countsOf(kind);
    },

    /** Posts the planned rows of all kinds, one by one, at the pace of the course. */
    async emulatePosts(plan: RunPlan): Promise<PerKind<SendingCounts>> {
      const sending = { plan, kinds: RECORD_KINDS, label: 'post one by one' };
      const tally = await send(sending, dependencies, (posts, context) => sendPosts(plan, posts, context));
      return mapKinds((kind) => tally.countsOf(kind));
    },
  };
}

interface Sending {
  readonly plan: RunPlan;
  readonly kinds: readonly RecordKind[];
  readonly label: string;
}

/** Opens the source and has its posts sent; tells how far that is, and counts it. */
async function send(
  { plan, kinds, label }: Sending,
  { openSource, gateway, store }: EmulationDependencies,
  how: (posts: readonly Post[], context: SendContext) => Promise<void>,
): Promise<Tally> {
  const told = plan.rate === undefined ? label : `${label} (at most ${plan.rate}/s)`;
  return withProgress(told, (report, signal) =>
    withSource(plan.source, openSource, async (source) => {
      const posts = await readPosts(plan, source);
      const tally = new Tally({ label: told, posts, kinds, report });
      const onAcknowledged = (records: number, kind: RecordKind) => tally.add(records, kind);
      await how(posts, { source, gateway, store, signal, onAcknowledged });
      return tally;
    }),
  );
}
