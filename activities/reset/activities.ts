import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PinflowError } from '../../domain/errors.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import {
  listedTopicPrefix,
  parseDailyRunId,
  parseLandedKey,
  runPrefix,
  sourceClaimKey,
  streamSupervisorId,
  topicName,
  topicPrefix,
} from '../../domain/names.ts';
import { listStreamNames } from '../../domain/stream-names.ts';
import { withProgress } from '../heartbeat.ts';
import type { KafkaLog, ObjectStore, Streams } from '../ports.ts';

export interface ResetDependencies {
  readonly kafka: KafkaLog;
  readonly store: ObjectStore;
  readonly tablesRoot: string;
  readonly streams: Streams;
  readonly stream: { readonly names: string };
}

export function createResetActivities({ kafka, store, tablesRoot, streams, stream }: ResetDependencies) {
  return {
    /**
     * Deletes the topics, streams, objects, manifests and tables of a pipeline. Tables that are no local folder are refused.
     * A stream whose name does not say the pipeline may be others', too, and stays.
     */
    async emptyPipeline(pipeline: string): Promise<{ objects: number }> {
      const tables = new URL(`${tablesRoot}/${pipeline}`);
      if (tables.protocol !== 'file:') {
        throw new PinflowError(
          'RESET_REFUSED',
          `tables of pipeline "${pipeline}" are at "${tables.href}", not in a local folder`,
        );
      }
      const topics = RECORD_KINDS.map((kind) => topicName(pipeline, kind));
      await kafka.deleteTopics(topics);
      const names = stream.names.includes('{pipeline}') ? listStreamNames(stream.names, pipeline) : [];
      await withProgress('streams', (_, signal) => streams.deleteStreams({ names, signal }));
      const landed = await Promise.all(topics.map((topic) => store.listKeys(topicPrefix(topic))));
      const marks = await Promise.all(topics.map((topic) => store.listKeys(listedTopicPrefix(topic))));
      const runs = (await store.listKeys('_pinflow/daily-')).filter((key) => isOfPipeline(key, pipeline));
      const puts = await store.listKeys(runPrefix(streamSupervisorId(pipeline)));
      const objects = [
        ...landed.flat().filter((key) => parseLandedKey(key) !== undefined),
        ...marks.flat(),
        ...runs,
        ...puts,
        sourceClaimKey(pipeline),
      ];
      await store.deleteObjects(objects);
      await rm(fileURLToPath(tables), { recursive: true, force: true });
      return { objects: objects.length };
    },
  };
}

/** Prefixes do not tell: runs of "a" and of "a-b" begin alike. */
function isOfPipeline(key: string, pipeline: string): boolean {
  return parseDailyRunId(key.split('/')[1] ?? '')?.pipeline === pipeline;
}
