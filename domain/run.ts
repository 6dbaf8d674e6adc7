import { isInstant } from './instants.ts';
import type { PerKind } from './kinds.ts';
import type { CleaningCounts, KindLedger, Ledger } from './ledger.ts';
import { isLogicalDate, isPipelineName, parseDailyRunId, PIPELINE_GRAMMAR } from './names.ts';
import { findRateProblems, type Pace, PACES, type Pacing } from './pace.ts';

/** The contract of a daily run: its queue, its input, its steps, what it answers while running and when done. */

export const TASK_QUEUE = 'pinflow';
export const DEFAULT_PIPELINE = 'pinterest';
/** 52 of 58 course repositories seed their emulator with 100. */
export const DEFAULT_SEED = 100;

/** Where the rows come from. A database's address and password are configuration and never part of a run (I10). */
export type Source =
  { readonly kind: 'synthetic' } | { readonly kind: 'jsonl'; readonly directory: string } | { readonly kind: 'mysql' };

export const SOURCE_GRAMMAR = 'synthetic, jsonl:<folder> or mysql';

/** As an input has it. */
const SOURCE_SHAPES = '{"kind":"synthetic"}, {"kind":"jsonl","directory":"/…"} or {"kind":"mysql"}';

/** Reads a source as people write it, for example `jsonl:rows`; undefined when it is none. */
export function parseSource(text: string): Source | undefined {
  if (text === 'synthetic' || text === 'mysql') return { kind: text };
  const directory = /^jsonl:(.+)$/.exec(text)?.[1];
  return directory === undefined ? undefined : { kind: 'jsonl', directory };
}

/** The inverse of {@link parseSource}. */
export function formatSource(source: Source): string {
  return source.kind === 'jsonl' ? `jsonl:${source.directory}` : source.kind;
}

/** `sweep` sends each row once in a seeded order; `course` draws rows with replacement as the course's emulator does. */
export const EMULATION_ORDERS = ['sweep', 'course'] as const;
export type EmulationOrder = (typeof EMULATION_ORDERS)[number];

/** What a caller writes. Everything but the date has a default. */
export interface RunPipelineInput {
  readonly date: string;
  readonly pipeline?: string;
  /** Posts to send; default: every row of the source, or 1,000 turns in the order `course`. */
  readonly rows?: number;
  readonly seed?: number;
  readonly source?: Source;
  readonly order?: EmulationOrder;
  /** How they are sent; default: `batch`. */
  readonly pace?: Pace;
  /** Most posts in a second; default: as many as go. */
  readonly rate?: number;
  /** Run only the failed tasks of the date's last Databricks run again, instead of submitting a new one. */
  readonly repair?: boolean;
  /** When the run has to be done, such as 2026-11-22T06:17:00Z; later it counts as late. */
  readonly deadline?: string;
}

/** What of a run is the same for every date of a pipeline. */
export type RunSettings = Omit<RunPipelineInput, 'date' | 'deadline' | 'repair'>;

/** A checked input with its defaults filled in. */
export interface RunPlan extends Pacing {
  readonly workflowId: string;
  readonly pipeline: string;
  readonly date: string;
  readonly rows: number | undefined;
  readonly seed: number;
  readonly source: Source;
  readonly order: EmulationOrder;
}

export const STEPS = ['emulate', 'plan', 'land', 'prove', 'run-job', 'reconcile', 'report'] as const;
export type Step = (typeof STEPS)[number];

export const STEP_STATES = ['pending', 'running', 'done', 'failed'] as const;
export type StepState = (typeof STEP_STATES)[number];

export interface StepProgress {
  readonly name: Step;
  readonly state: StepState;
  readonly seconds?: number;
  /** One line for people: what the step did or is doing. */
  readonly detail?: string;
}

/** Answer of the query `progress`. */
export interface RunProgress {
  readonly pipeline: string;
  readonly date: string;
  /** The deadline, once it has passed. */
  readonly lateSince?: string;
  readonly steps: readonly StepProgress[];
}

/** Answer of the query `ledger`: what is counted already. */
export interface LedgerView {
  readonly counts: PerKind<Partial<KindLedger>>;
  readonly carriedOver?: PerKind<CleaningCounts>;
}

/** Heartbeat of a long activity. For people only: nothing resumes from it (I7). */
export interface ActivityProgress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

export interface RunPipelineResult {
  readonly workflowId: string;
  readonly ledger: Ledger;
  /** Records of earlier, unfinished runs that this run landed and cleaned. */
  readonly carriedOver: PerKind<CleaningCounts>;
  readonly steps: readonly { readonly name: Step; readonly seconds: number }[];
  /** Of a run that ended after its deadline: the deadline, and how long after it. */
  readonly late?: { readonly since: string; readonly seconds: number };
  /** Keys below the landing root. */
  readonly report: { readonly html: string; readonly json: string };
}

const FIELDS = ['date', 'pipeline', 'rows', 'seed', 'source', 'order', 'pace', 'rate', 'repair', 'deadline'];

/** Checks everything at once: either the plan of the run, or one line for each bad field. */
export function planRun(workflowId: string, input: unknown): { plan: RunPlan } | { problems: string[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { problems: [`input: expected an object such as {"date":"2026-11-22"}, got ${JSON.stringify(input)}`] };
  }
  const fields = input as Record<string, unknown>;
  const { date, pipeline = DEFAULT_PIPELINE, rows, seed = DEFAULT_SEED, order = 'sweep' } = fields;
  const { source = { kind: 'synthetic' }, pace = 'batch', rate, repair = false, deadline } = fields;
  const values: Record<string, unknown> = { date, pipeline, rows, seed, order, source, pace, repair, deadline };
  const problems = Object.keys(fields)
    .filter((name) => !FIELDS.includes(name))
    .map((name) => `${name}: unknown field; known are ${FIELDS.join(', ')}`);
  const expect = (name: string, expected: string, holds: boolean) => {
    if (!holds) problems.push(`${name}: expected ${expected}, got ${JSON.stringify(values[name])}`);
  };
  expect('date', 'a day as YYYY-MM-DD', typeof date === 'string' && isLogicalDate(date));
  expect('pipeline', PIPELINE_GRAMMAR, typeof pipeline === 'string' && isPipelineName(pipeline));
  expect('rows', 'a whole number of at least 1', rows === undefined || isWholeNumber(rows, 1));
  expect('seed', 'a whole number of at least 0', isWholeNumber(seed, 0));
  const expectOneOf = (name: string, known: readonly unknown[]) =>
    expect(name, `one of ${known.join(', ')}`, known.includes(values[name]));
  expectOneOf('order', EMULATION_ORDERS);
  const isMisspelt = typeof source === 'string' && parseSource(source) === undefined;
  expect('source', isMisspelt ? SOURCE_GRAMMAR : SOURCE_SHAPES, isSource(source));
  expectOneOf('pace', PACES);
  if (rate !== undefined) problems.push(...findRateProblems(rate));
  expect('repair', 'true or false', typeof repair === 'boolean');
  expect(
    'deadline',
    'a time such as 2026-11-22T06:17:00Z',
    deadline === undefined || (typeof deadline === 'string' && isInstant(deadline)),
  );
  if (problems.length === 0) {
    const run = parseDailyRunId(workflowId);
    if (run?.pipeline !== pipeline || run?.date !== date) {
      problems.push(`workflow id: expected "daily-${String(pipeline)}-${String(date)}" (I4), got "${workflowId}"`);
    }
  }
  if (problems.length > 0) return { problems };
  return { plan: { workflowId, pipeline, date, rows, seed, source, order, pace, rate } as RunPlan };
}

function isWholeNumber(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function isSource(value: unknown): value is Source {
  if (typeof value !== 'object' || value === null) return false;
  // A field more is a mistake, or a password that would stay in history (I10).
  const { kind, directory, ...unknown } = value as Record<string, unknown>;
  if (Object.keys(unknown).length > 0) return false;
  if (kind === 'jsonl') return typeof directory === 'string' && directory.startsWith('/');
  return (kind === 'synthetic' || kind === 'mysql') && directory === undefined;
}
