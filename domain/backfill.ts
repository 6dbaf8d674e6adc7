import { type DateRange, findRangeProblems } from './date-range.ts';
import { PinflowError } from './errors.ts';
import { backfillId, dailyRunId } from './names.ts';
import { DEFAULT_PIPELINE, planRun, type RunSettings } from './run.ts';

/** The contract of a backfill: every date of a range, a few at a time. */

/** Ten years. What a backfill carries from run to run must stay far below 64 KiB (I11). */
export const MOST_DATES = 3_660;
/** Each of them holds a slot of the queue on which ends are waited for. */
export const MOST_AT_ONCE = 50;
export const DEFAULT_CONCURRENCY = 2;
/** Dates that are told with a reason; the others are counted. */
export const MOST_NAMED = 50;

/** What a caller writes. Everything but the range has a default. */
export interface BackfillInput extends RunSettings, DateRange {
  /** Dates that run at a time. */
  readonly concurrency?: number;
  readonly newestFirst?: boolean;
  /** Begin no further date once one has failed. */
  readonly stopOnFailure?: boolean;
  /** Only say what there is of each date. */
  readonly dryRun?: boolean;
  /** Run dates that have succeeded again, under the next id that is free. */
  readonly redo?: boolean;
}

/** A checked input with its defaults filled in. */
export interface BackfillPlan extends DateRange {
  readonly pipeline: string;
  readonly concurrency: number;
  readonly newestFirst: boolean;
  readonly stopOnFailure: boolean;
  readonly dryRun: boolean;
  readonly redo: boolean;
  /** As they were given: a date's own defaults are no part of a backfill. */
  readonly settings: RunSettings;
}

/** Answer of the query `progress`. Planned, running, done, failed and skipped are together all dates. */
export interface BackfillProgress extends DateRange {
  readonly pipeline: string;
  readonly dates: number;
  readonly planned: number;
  readonly running: readonly string[];
  readonly done: number;
  readonly failed: number;
  /** Dates that had succeeded before. */
  readonly skipped: number;
  /** Dates among those running, done or failed that somebody else had started. */
  readonly attached: number;
  /** The first of those that failed. */
  readonly failures: readonly DateFailure[];
  readonly paused: boolean;
  /** A date has failed, and no further one is begun. */
  readonly stopped: boolean;
  readonly concurrency: number;
  /** Guessed from the dates that have ended; absent before the first has. */
  readonly etaSeconds?: number;
}

export interface DateFailure {
  readonly date: string;
  readonly reason: string;
}

/** What Temporal lists of a date, as one letter, so that a text holds a whole range. */
export const LISTED = { none: '.', running: 'r', succeeded: 's', failed: 'f' } as const;
export type Listed = keyof typeof LISTED;

/** What a letter stands for. */
export function nameListed(letter: string | undefined): Listed {
  const names = Object.keys(LISTED) as Listed[];
  return names.find((name) => LISTED[name] === letter) ?? 'none';
}

/** A date of which Temporal lists something else than the backfill has seen. */
export interface BackfillGap {
  readonly date: string;
  readonly seen: 'done' | 'skipped' | 'failed';
  readonly listed: Listed;
}

export interface BackfillResult {
  readonly progress: BackfillProgress;
  /** The first of those there are. */
  readonly gaps: readonly BackfillGap[];
  /** Of a dry run: one letter of {@link LISTED} for each date, oldest first. */
  readonly found?: string;
}

/** How the run of a date has ended. */
export type DailyEnd = { readonly state: 'succeeded' } | { readonly state: 'failed'; readonly reason: string };

const OWN_FIELDS = ['from', 'to', 'concurrency', 'newestFirst', 'stopOnFailure', 'dryRun', 'redo'];
const RUN_FIELDS = ['pipeline', 'rows', 'seed', 'source', 'order', 'pace', 'rate'];
const SWITCHES = ['newestFirst', 'stopOnFailure', 'dryRun', 'redo'] as const;

/** Checks everything at once: either the plan of the backfill, or one line for each bad field. */
export function planBackfill(input: unknown): { plan: BackfillPlan } | { problems: string[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const example = '{"from":"2026-11-01","to":"2026-11-30"}';
    return { problems: [`input: expected an object such as ${example}, got ${JSON.stringify(input)}`] };
  }
  const fields = input as Record<string, unknown>;
  const known = [...OWN_FIELDS, ...RUN_FIELDS];
  const unknown = Object.keys(fields).filter((name) => !known.includes(name));
  const settings = pick(fields, RUN_FIELDS);
  const problems = [
    ...unknown.map((name) => `${name}: unknown field; known are ${known.join(', ')}`),
    ...findRangeProblems({ from: fields['from'], to: fields['to'] }, MOST_DATES),
    ...findWindowProblems(fields),
    ...findSettingProblems(settings),
  ];
  if (problems.length > 0) return { problems };
  const { from, to, concurrency = DEFAULT_CONCURRENCY, pipeline = DEFAULT_PIPELINE } = input as BackfillInput;
  const { newestFirst = false, stopOnFailure = false, dryRun = false, redo = false } = input as BackfillInput;
  return { plan: { pipeline, from, to, concurrency, newestFirst, stopOnFailure, dryRun, redo, settings } };
}

/** @throws PinflowError INPUT_INVALID naming every bad field */
export function checkBackfill(input: BackfillInput): BackfillPlan {
  const checked = planBackfill(input);
  if ('problems' in checked) throw new PinflowError('INPUT_INVALID', checked.problems.join('; '));
  return checked.plan;
}

/** Id of the one backfill of a range that runs at a time; a dry run changes nothing and is in nobody's way. */
export function backfillWorkflowId(plan: BackfillPlan): string {
  return plan.dryRun ? `${backfillId(plan)}-dry-run` : backfillId(plan);
}

/** One line for a number of dates that cannot run at a time. */
export function findConcurrencyProblems(concurrency: unknown): string[] {
  const isGood = Number.isInteger(concurrency) && Number(concurrency) >= 1 && Number(concurrency) <= MOST_AT_ONCE;
  const got = JSON.stringify(concurrency);
  return isGood ? [] : [`concurrency: expected a whole number from 1 to ${MOST_AT_ONCE}, got ${got}`];
}

function findWindowProblems(fields: Record<string, unknown>): string[] {
  const switches = SWITCHES.filter((name) => !['boolean', 'undefined'].includes(typeof fields[name])).map(
    (name) => `${name}: expected true or false, got ${JSON.stringify(fields[name])}`,
  );
  return [...findConcurrencyProblems(fields['concurrency'] ?? DEFAULT_CONCURRENCY), ...switches];
}

/** Those that the run of each date would have. */
function findSettingProblems(settings: Record<string, unknown>): string[] {
  const { pipeline = DEFAULT_PIPELINE } = settings;
  const date = '2026-01-01';
  const checked = planRun(dailyRunId({ pipeline: String(pipeline), date }), { ...settings, date });
  return 'problems' in checked ? checked.problems : [];
}

function pick(fields: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}
