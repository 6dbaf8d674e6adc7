import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { PerKind, RecordKind } from '../../domain/kinds.ts';
import { median } from '../render-row.ts';
import type { Followed } from './follow-commits.ts';
import type { Put } from './post-records.ts';
import type { StreamStack } from './start-stream.ts';

/** Seconds of one record, from being due to being visible: `total` is the sum of the others. */
export interface Freshness {
  readonly total: number;
  /** The put, and after it what the micro-batch before still took. */
  readonly waiting: number;
  /** Until the offsets of its micro-batch were in the checkpoint: the source, and Spark's beginning of a batch. */
  readonly reading: number;
  /** Until Delta had its commit, without the next. */
  readonly parsing: number;
  /** By Delta's own word. */
  readonly merging: number;
}

export interface Batches {
  /** From the offsets of a micro-batch in the checkpoint until its end there. */
  readonly seconds: readonly number[];
  /** From the commit in Delta until its end there: what only the next batch waits for. */
  readonly checkpointing: readonly number[];
}

/**
 * The freshness of each record.
 * @throws Error where one is in no file, or in two
 */
export function measureFreshness(puts: readonly Put[], stack: StreamStack, followed: PerKind<Followed>): Freshness[] {
  return Object.entries(followed).flatMap(([kind, of]) => {
    const files = readFiles(kind as RecordKind, stack, of);
    const cycles = listCycles(of);
    return puts
      .filter((put) => put.kind === kind)
      .map((put) => {
        const [file, ...others] = files.get(put.place) ?? [];
        if (file === undefined || others.length > 0)
          throw new Error(
            `record ${put.place} of "${kind}" is in ${others.length + (file === undefined ? 0 : 1)} files`,
          );
        return divide(put, cycles.get(file) as Cycle);
      });
  });
}

/** A micro-batch that has written a file. */
interface Cycle {
  readonly before: number;
  readonly begun: number;
  readonly visible: number;
  readonly mergeMs: number;
}

function divide({ at }: Put, { before, begun, visible, mergeMs }: Cycle): Freshness {
  const waiting = Math.max(0, before - at);
  const reading = begun - at - waiting;
  const seconds = { waiting, reading, parsing: visible - begun - mergeMs, merging: mergeMs, total: visible - at };
  return Object.fromEntries(Object.entries(seconds).map(([name, ms]) => [name, ms / 1_000])) as unknown as Freshness;
}

/** By data file. Commits and micro-batches are in the same order, and a batch without new rows has no commit. */
function listCycles({ commits, begun, ended }: Followed): Map<string, Cycle> {
  const batches = [...begun].toSorted(([a], [b]) => a - b);
  return new Map(
    [...commits.values()].flatMap(({ at, files, mergeMs }) => {
      const [batch, start = at] = batches.findLast(([, time]) => time <= at) ?? [];
      const before = ended.get((batch ?? 0) - 1) ?? 0;
      return files.map((file) => [file, { before, begun: start, visible: at, mergeMs }] as const);
    }),
  );
}

export function measureBatches(followed: PerKind<Followed>, from: number, to: number): Batches {
  const cycles = Object.values(followed).flatMap(({ begun, ended, commits }) => {
    const visible = [...commits.values()].map(({ at }) => at);
    return [...begun]
      .filter(([batch, at]) => at >= from && at <= to && ended.has(batch))
      .map(([batch, at]) => {
        const end = ended.get(batch) ?? at;
        return {
          seconds: (end - at) / 1_000,
          checkpointing: (end - (visible.findLast((one) => one <= end) ?? end)) / 1_000,
        };
      });
  });
  return { seconds: cycles.map(({ seconds }) => seconds), checkpointing: cycles.map((one) => one.checkpointing) };
}

function readFiles(
  kind: RecordKind,
  { python, tablesRoot }: StreamStack,
  { commits }: Followed,
): Map<string, string[]> {
  const input = [...commits.values()].flatMap(({ files }) => files).join('\n');
  const args = [join(import.meta.dirname, 'read_places.py'), join(tablesRoot, kind)];
  const found = new Map<string, string[]>();
  const options = { input, encoding: 'utf8', maxBuffer: 1024 * 1024 * 1024 } as const;
  for (const line of execFileSync(python, args, options).split('\n')) {
    const [place = '', file = ''] = line.split('\t');
    found.set(place, [...(found.get(place) ?? []), file]);
  }
  return found;
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((sorted.length - 1) * part)] ?? NaN;
}

/** Of the records about the median, so that the parts add up to it. */
export function divideMedian(all: readonly Freshness[]): Freshness {
  const sorted = all.toSorted((a, b) => a.total - b.total);
  const middle = sorted.slice(Math.floor(sorted.length * 0.4), Math.ceil(sorted.length * 0.6));
  const of = (name: keyof Freshness) => mean(middle.map((one) => one[name]));
  return {
    ...{ total: median(all.map(({ total }) => total)), waiting: of('waiting'), reading: of('reading') },
    ...{ parsing: of('parsing'), merging: of('merging') },
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
