import { RECORD_KINDS } from '../../domain/kinds.ts';
import { listStreamNames, streamControlPrefix } from '../../domain/stream-names.ts';
import type { StreamLook, StreamPlan } from '../../domain/stream.ts';
import { endRun } from '../databricks/poll-run.ts';
import { claimSource, planPositions, withSource } from '../emulation/open-rows.ts';
import { withProgress } from '../heartbeat.ts';
import type { ObjectStore, OpenDatabricks, Streams, Workflows } from '../ports.ts';
import { type SliceDependencies, sendSlice, type SliceToSend, toEmulation } from './send-slice.ts';
import {
  type LookedAt,
  lookAtStreamRun,
  type StreamContext,
  type StreamEpoch,
  type StreamRunSettings,
  submitStreamRun,
} from './stream-run.ts';

/** One look lasts as long as a slice of posts, so that a stream writes history at the pace of both. */
const LOOK_MS = 5_000;

export interface StreamDependencies extends SliceDependencies, StreamRunSettings {
  readonly store: ObjectStore;
  readonly streams: Streams;
  /** On the cluster for streams. */
  readonly streamDatabricks: OpenDatabricks;
  readonly workflows: Workflows;
  readonly stream: StreamRunSettings['stream'] & { readonly shards: number };
}

export function createStreamActivities(dependencies: StreamDependencies) {
  const { openSource, store, streams, streamDatabricks, stream } = dependencies;
  const toContext = (signal: AbortSignal): StreamContext => ({ ...dependencies, api: streamDatabricks(signal) });
  return {
    /** Checks that the source can be read and is the pipeline's, creates the streams and says how many posts there are. */
    async prepareStream(plan: StreamPlan): Promise<{ posts: number }> {
      const positions = await withSource(plan.source, openSource, (rows) => planPositions(toEmulation(plan), rows));
      await claimSource(plan, store);
      const names = listStreamNames(stream.names, plan.pipeline);
      await withProgress('streams', (_, signal) => streams.ensureStreams({ names, shards: stream.shards, signal }));
      return { posts: Math.max(...RECORD_KINDS.map((kind) => positions[kind].length)) };
    },

    /** Posts a slice at its rate and keeps what Kinesis has acknowledged. One that was kept is not sent again (I7). */
    sendSlice: async (slice: SliceToSend) =>
      withProgress(`slice ${slice.slice.number}`, (report, signal) =>
        sendSlice(slice, { ...dependencies, report, signal }),
      ),

    /** Starts the Databricks run of an epoch, or finds the one that is there (I6). */
    submitStream: async (epoch: StreamEpoch) =>
      withProgress('databricks run', (_, signal) => submitStreamRun(epoch, toContext(signal))),

    /** Waits a while for the end of the Databricks run, and says how it is and how far it has read. */
    lookAtStream: async (at: LookedAt): Promise<StreamLook> =>
      withProgress(`databricks run ${at.run.runId}`, (_, signal) =>
        lookAtStreamRun(at, { ...toContext(signal), until: Date.now() + LOOK_MS }),
      ),

    /** Tells the Databricks run to read what there is and end. */
    async askStreamToStop({ plan, chain, run }: LookedAt): Promise<void> {
      const key = `${streamControlPrefix({ pipeline: plan.pipeline, chain }, run.epoch)}stop`;
      await store.createObject({ key, body: '{}', contentType: 'application/json' });
    },

    /** Ends the Databricks run and waits until it is gone (I5). */
    endStream: async ({ runId }: LookedAt['run']): Promise<void> =>
      withProgress(`end databricks run ${runId}`, async (_, signal) => {
        await endRun({ runId }, streamDatabricks(signal));
      }),
  };
}
