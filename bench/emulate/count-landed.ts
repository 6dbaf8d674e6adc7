import { findCovering } from '../../activities/landing/prove-coverage.ts';
import { splitLines } from '../../activities/landing/record-line.ts';
import type { KafkaLog, ObjectStore } from '../../activities/ports.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { topicName } from '../../domain/names.ts';

/**
 * Fails unless each topic of the pipeline holds a record for each post, and the objects hold them all under keys of their own.
 * @throws PinflowError COVERAGE_INCOMPLETE where an offset is in no object, or in two
 */
export async function expectLanded(
  { pipeline, posts }: { readonly pipeline: string; readonly posts: number },
  { kafka, store }: { readonly kafka: KafkaLog; readonly store: ObjectStore },
): Promise<void> {
  for (const kind of RECORD_KINDS) {
    const topic = topicName(pipeline, kind);
    const offsets = await kafka.readOffsets(topic);
    const ranges = offsets.map(({ partition, low, high }) => ({ partition, start: low, end: high }));
    const records = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    const keys = new Set<string>();
    for (const { key } of await findCovering(topic, ranges, store)) {
      for (const line of splitLines((await store.readObject(key)) ?? Buffer.alloc(0))) keys.add(readKey(line));
    }
    const found = `${records} records, ${keys.size} keys`;
    const expected = `${posts} records, ${posts} keys`;
    if (found !== expected) throw new Error(`topic "${topic}" has ${found}; ${expected} were sent`);
  }
}

/** The key is the first field of every kind. */
function readKey(line: Buffer): string {
  return String(line.subarray(0, line.indexOf(',')));
}
