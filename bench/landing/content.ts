import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCovering } from '../../activities/landing/prove-coverage.ts';
import type { ObjectStore } from '../../activities/ports.ts';

/** The lines that a partition holds, in order. */
export interface Content {
  readonly lines: number;
  readonly sha256: string;
}

const LINE_FEED = 0x0a;

/**
 * What our landing has made of a topic whose partitions hold so many records each.
 * @throws PinflowError COVERAGE_INCOMPLETE where an offset is in no object, or in two
 */
export async function readLanded(topic: string, records: readonly number[], store: ObjectStore): Promise<Content[]> {
  return Promise.all(
    records.map(async (end, partition) => {
      const objects = await findCovering(topic, [{ partition, start: 0, end }], store);
      const bodies = await Promise.all(objects.map(({ key }) => store.readObject(key)));
      return describeContent(bodies.map((body) => body ?? Buffer.alloc(0)));
    }),
  );
}

/** What Spark has made of it: each of its tasks reads one partition and writes one file. */
export function readFiles(folder: string): Content[] {
  const names = readdirSync(folder).filter((name) => name.startsWith('part-'));
  return names.map((name) => describeContent([readFileSync(join(folder, name))]));
}

/** Fails unless both are the same partitions, in whichever order. */
export function expectSame(who: string, found: readonly Content[], expected: readonly Content[]): void {
  const [a, b] = [found, expected].map((contents) => contents.map(formatContent).toSorted().join(', '));
  if (a !== b) throw new Error(`${who} has landed ${a}; the topic holds ${b}`);
}

function describeContent(parts: readonly Buffer[]): Content {
  const hash = createHash('sha256');
  let lines = 0;
  for (const part of parts) {
    hash.update(part);
    for (let at = part.indexOf(LINE_FEED); at !== -1; at = part.indexOf(LINE_FEED, at + 1)) lines += 1;
  }
  return { lines, sha256: hash.digest('hex') };
}

function formatContent({ lines, sha256 }: Content): string {
  return `${lines} lines with SHA-256 ${sha256.slice(0, 8)}`;
}
