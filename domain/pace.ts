import { drawTurns } from './course-turns.ts';
import type { Post } from './emulation-plan.ts';
import { RECORD_KINDS } from './kinds.ts';

/** How fast rows are sent. Which rows, and in which order, is the matter of `order`. */

/**
 * `batch` sends a thousand rows in a request and several requests at a time; `course` sends as the course's emulator
 * does: one row in a request, pin, geo and user of a post one after the other, and a pause of 0 or 1 s before each post.
 */
export const PACES = ['batch', 'course'] as const;
export type Pace = (typeof PACES)[number];

export interface Pacing {
  readonly pace: Pace;
  /** Most posts in a second, with one request more or less; undefined: as many as go. */
  readonly rate: number | undefined;
}

const LEAST_RATE = 0.1;
/** Of posts, which are three records each: beyond it the machine that emulates is what is measured. */
const MOST_RATE = 5_000;

/** One line for a rate that cannot be. */
export function findRateProblems(rate: unknown): string[] {
  const isGood = typeof rate === 'number' && rate >= LEAST_RATE && rate <= MOST_RATE;
  return isGood
    ? []
    : [`rate: expected posts in a second from ${LEAST_RATE} to ${MOST_RATE}, got ${JSON.stringify(rate)}`];
}

/** 500 to 1,000 records a send is where kafkajs is fastest. */
const MOST_CHUNK_ROWS = 1_000;

/** Rows of one request in the pace `batch`: with a rate, those of a second at most. No second then has more than twice the rate. */
export function chunkRows(rate: number | undefined): number {
  return rate === undefined ? MOST_CHUNK_ROWS : Math.max(1, Math.min(MOST_CHUNK_ROWS, Math.floor(rate)));
}

/** A date that is sent for longer than a day is overtaken by the next one. */
const MOST_HOURS = 24;

/** What is wrong with a pace at which these posts cannot be sent within a day. */
export function findPaceProblem({ pace, rate, seed }: Pacing & { seed: number }, posts: readonly Post[]) {
  const rows = pace === 'course' ? posts.length : Math.max(...RECORD_KINDS.map((kind) => countRows(posts, kind)));
  const atRate = rate === undefined ? 0 : rows / rate;
  const pauses = pace === 'course' ? sumPauses(seed, posts.length) : 0;
  if (Math.max(atRate, pauses) <= MOST_HOURS * 3_600) return undefined;
  const limit = `a day's run may send for ${MOST_HOURS} hours; ask for fewer rows`;
  return atRate > pauses
    ? `rate: ${rows} posts at ${rate} a second take ${formatHours(atRate)}, and ${limit} or a higher rate`
    : `pace: the pauses of ${posts.length} posts take ${formatHours(pauses)}, and ${limit} or take pace "batch"`;
}

function countRows(posts: readonly Post[], kind: keyof Post): number {
  return posts.reduce((sum, post) => sum + post[kind].length, 0);
}

function sumPauses(seed: number, turns: number): number {
  return drawTurns(seed, turns).reduce((sum, { pauseSeconds }) => sum + pauseSeconds, 0);
}

function formatHours(seconds: number): string {
  return `${(seconds / 3_600).toFixed(1)} hours`;
}
