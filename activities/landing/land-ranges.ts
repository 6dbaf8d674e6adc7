import { countOffsets, mergeRanges, type OffsetRange } from '../../domain/offsets.ts';
import type { KafkaLog, ObjectStore } from '../ports.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { listLandedObjects } from './landed-objects.ts';

/** How often the age of what waits is looked at. */
const LOOK_MS = 1_000;

export interface LandInput {
  readonly topic: string;
  readonly ranges: readonly OffsetRange[];
  /** Workflow id, kept with each object. */
  readonly writer: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface LandSettings {
  readonly kafka: KafkaLog;
  readonly store: ObjectStore;
  readonly maxRecords: number;
  readonly maxAgeMs: number;
}

/** Writes the ranges as objects, going on after those that exist. When it is aborted, what is not written is dropped. */
export async function landRanges(input: LandInput, settings: LandSettings): Promise<void> {
  const { topic, ranges, writer, signal, onProgress } = input;
  const { kafka, store, maxRecords, maxAgeMs } = settings;
  const open = mergeRanges(await Promise.all(ranges.map((range) => cutLanded(topic, range, store))));
  const writers = new Map(
    open.map((range) => [
      range.partition,
      new ChunkWriter({ store, topic, range, maxRecords, maxAgeMs, writer, signal }),
    ]),
  );
  const total = countOffsets(ranges);
  let done = total - countOffsets(open);
  onProgress(done, total);
  const failed = new AbortController();
  const writeAged = () => {
    for (const each of writers.values()) each.writeAged().catch((error: unknown) => failed.abort(error));
  };
  const aging = setInterval(writeAged, Math.min(maxAgeMs, LOOK_MS));
  try {
    await kafka.readRanges({
      topic,
      ranges: open,
      signal: AbortSignal.any([signal, failed.signal]),
      onRecords: async (partition, records) => {
        await writers.get(partition)?.append(records);
        done += records.length;
        onProgress(done, total);
      },
    });
  } finally {
    clearInterval(aging);
  }
  await Promise.all([...writers.values()].map((each) => each.finish()));
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
