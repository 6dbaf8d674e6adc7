import { parseLandedKey, topicPrefix } from '../../domain/names.ts';
import { withProgress } from '../heartbeat.ts';
import type { ObjectStore } from '../ports.ts';
import { awaitSink } from './await-sink.ts';
import { findNextOffset } from './landed-objects.ts';
import type { Landing } from './landing.ts';
import { findListedEnd, markListed } from './listed-offsets.ts';
import { assertCovered } from './prove-coverage.ts';

/** A sink of Kafka Connect writes the objects, such as MSK Connect runs one; the workers wait for it and look at its lines. */
export function createConnectLanding(store: ObjectStore, { waitMs }: { readonly waitMs: number }): Landing {
  return {
    // Without a mark the pipeline is new, or its workers have landed themselves until now.
    findStart: async (where, low) => (await findListedEnd(store, where)) ?? findNextOffset(store, where, low),

    land: async ({ topic, ranges, signal, onProgress }) => {
      await awaitSink({ topic, wanted: ranges, waitMs, signal, onProgress }, store);
    },

    /** Waits, too: a sink that starts again after a kill writes some of its objects anew, in other places. */
    findCovering: async (topic, wanted) => {
      const label = `find objects of ${topic}`;
      const objects = await withProgress(label, (report, signal) => {
        const onProgress = (done: number, total: number) => report({ label, done, total });
        return awaitSink({ topic, wanted, waitMs, signal, onProgress }, store);
      });
      return assertCovered(topic, wanted, objects);
    },

    // Objects that are passed over are the sink's own, from before it was killed; only names tell what is not.
    countStrays: async (topic) => {
      const keys = await store.listKeys(topicPrefix(topic));
      return keys.filter((key) => parseLandedKey(key) === undefined).length;
    },

    noteListed: (listed) => markListed(store, listed),
    keepsBytes: false,
  };
}
