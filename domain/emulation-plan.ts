import { drawTurns } from './course-turns.ts';
import { PinflowError } from './errors.ts';
import { mapKinds, RECORD_KINDS, type PerKind, type RecordKind } from './kinds.ts';
import type { EmulationOrder } from './run.ts';
import { SeededRandom } from './seeded-random.ts';

export interface EmulationInput {
  readonly pipeline: string;
  readonly date: string;
  readonly seed: number;
  /** Posts to send; absent: every post (`sweep`) or {@link COURSE_TURNS} turns (`course`). */
  readonly rows: number | undefined;
  readonly order: EmulationOrder;
  /** Key of every row of the source, by position. Keys may repeat or be null. */
  readonly keys: PerKind<readonly (number | null)[]>;
}

/** Source positions to send, in sending order. */
export type EmulationPlan = PerKind<readonly number[]>;

/** One post: the source positions of its rows, in sending order. A kind may have none of them, or several. */
export type Post = PerKind<readonly number[]>;

/**
 * Turns of a `course` run that names no number. The course's loop has no end, so the number is ours: 1,000 turns show
 * its repeats (963 distinct keys with seed 100) and stay a demonstration; "every row" has no meaning when drawing
 * with replacement.
 */
export const COURSE_TURNS = 1_000;
/** A sweep ends with its source, a course run would not: this many turns hold every key about ninety times. */
const COURSE_MOST_TURNS = 1_000_000;

/**
 * Which rows a run sends, and in which order: a pure function, so that every attempt sends the same (I6). Rows of one
 * key form a post: they are sent together, in the source's order. A row without a key is a post of its own.
 * @throws PinflowError INPUT_INVALID where the source has fewer posts than asked for, or lacks a drawn key
 */
export function planPosts(input: EmulationInput): Post[] {
  return input.order === 'course' ? planCourse(input) : planSweep(input);
}

/** The same, each kind for itself. */
export function planEmulation(input: EmulationInput): EmulationPlan {
  const posts = planPosts(input);
  return mapKinds((kind) => posts.flatMap((post) => post[kind]));
}

/** Every post once: the keys in a seeded permutation, then the rows without a key in the source's order. */
function planSweep({ pipeline, date, seed, rows, keys }: EmulationInput): Post[] {
  const positions = mapKinds((kind) => positionsByKey(keys[kind]));
  const distinct = new Set(RECORD_KINDS.flatMap((kind) => [...positions[kind].byKey.keys()]));
  const keyless = RECORD_KINDS.flatMap((kind) => positions[kind].keyless.map((position) => ({ kind, position })));
  const available = distinct.size + keyless.length;
  const wanted = rows ?? available;
  if (wanted > available) {
    throw new PinflowError('INPUT_INVALID', `rows: asked for ${wanted} posts, but the source holds ${available}`);
  }
  // Sorted first, so that the permutation depends on the keys and not on the order a source lists them in.
  const sorted = [...distinct].sort((a, b) => a - b);
  const chosen = new SeededRandom(`sweep ${pipeline} ${date} ${seed}`).shuffle(sorted).slice(0, wanted);
  const chosenKeyless = keyless.slice(0, wanted - chosen.length);
  return [
    ...chosen.map((key) => mapKinds((kind) => positions[kind].byKey.get(key) ?? [])),
    ...chosenKeyless.map((row) => mapKinds((kind) => (kind === row.kind ? [row.position] : []))),
  ];
}

/** The rows of the keys that the course draws, turn by turn. */
function planCourse({ seed, rows = COURSE_TURNS, keys }: EmulationInput): Post[] {
  if (rows > COURSE_MOST_TURNS) {
    throw new PinflowError(
      'INPUT_INVALID',
      `rows: expected at most ${COURSE_MOST_TURNS} in order "course", got ${rows}`,
    );
  }
  const positions = mapKinds((kind) => positionsByKey(keys[kind]).byKey);
  return drawTurns(seed, rows).map(({ key }, turn) => {
    const lacking = RECORD_KINDS.find((kind) => !positions[kind].has(key));
    if (lacking !== undefined) failLacking(lacking, key, turn);
    return mapKinds((kind) => positions[kind].get(key) ?? []);
  });
}

function failLacking(kind: RecordKind, key: number, turn: number): never {
  const fewer = turn === 0 ? '' : `ask for at most ${turn} rows, or `;
  throw new PinflowError(
    'INPUT_INVALID',
    `order: "course" draws key ${key} in turn ${turn + 1}, but the source has no ${kind} row of that key; ${fewer}take order "sweep"`,
  );
}

interface KindPositions {
  readonly byKey: ReadonlyMap<number, readonly number[]>;
  readonly keyless: readonly number[];
}

function positionsByKey(keys: readonly (number | null)[]): KindPositions {
  const byKey = new Map<number, number[]>();
  const keyless: number[] = [];
  keys.forEach((key, position) => {
    if (key === null) keyless.push(position);
    else if (byKey.get(key)?.push(position) === undefined) byKey.set(key, [position]);
  });
  return { byKey, keyless };
}
