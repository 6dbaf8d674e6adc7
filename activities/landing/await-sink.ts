import { setTimeout as sleep } from 'node:timers/promises';
import { PinflowError } from '../../domain/errors.ts';
import { countOffsets, findUncovered, mergeRanges, type OffsetRange } from '../../domain/offsets.ts';
import type { ObjectStore } from '../ports.ts';
import type { LandedObject } from './landed-objects.ts';
import { type Covering, SinkObjects } from './sink-objects.ts';

/** Shortest and longest pause between two looks at the store. */
const FIRST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 15_000;

export interface AwaitInput {
  readonly topic: string;
  readonly wanted: readonly OffsetRange[];
  /** Longest time in which the sink may land nothing of what is wanted. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Waits until a sink's objects hold the wanted ranges, and returns them. A gap may only be late, and so may be the object
 * that makes an overlap a matter of the past; what neither ends nor shrinks in time is an error.
 * @throws PinflowError SINK_STALLED naming the first offset that is missing
 */
export async function awaitSink(input: AwaitInput, store: ObjectStore): Promise<LandedObject[]> {
  const { topic, waitMs, signal, onProgress } = input;
  const wanted = mergeRanges(input.wanted);
  const partitions = Map.groupBy(wanted, ({ partition }) => partition);
  const sink = new SinkObjects(store, topic);
  let [left, since, fruitless] = [Infinity, Date.now(), 0];
  for (let look = 1; ; look++) {
    signal.throwIfAborted();
    const follow = async ([partition, ranges]: [number, OffsetRange[]]) =>
      [partition, await sink.follow(partition, ranges, look)] as const;
    const coverings = new Map(await Promise.all([...partitions].map(follow)));
    const objects = [...coverings.values()].flatMap((covering) => covering.objects);
    const open = countOffsets(findUncovered(wanted, objects));
    onProgress(countOffsets(wanted) - open, countOffsets(wanted));
    if (open === 0) return objects;
    if (open < left) [left, since, fruitless] = [open, Date.now(), 0];
    if (Date.now() - since >= waitMs) throw stalled({ topic, coverings, since });
    await sleep(Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** fruitless++), undefined, { signal });
  }
}

function stalled(wait: {
  readonly topic: string;
  readonly coverings: ReadonlyMap<number, Covering>;
  readonly since: number;
}): PinflowError {
  const { topic, coverings, since } = wait;
  const gaps = [...coverings].flatMap(([partition, { gap }]) => {
    if (gap === undefined) return [];
    const next = gap.next === undefined ? 'and none begins after it' : `the next one begins at ${gap.next}`;
    return [`in partition ${partition} no object goes on at offset ${gap.offset}, ${next}`];
  });
  const waited = `nothing of it has landed since ${new Date(since).toISOString()}`;
  return new PinflowError('SINK_STALLED', `topic "${topic}": ${gaps.join('; ')}; ${waited}`);
}
