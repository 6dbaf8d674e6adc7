import { PinflowError } from './errors.ts';
import { mapKinds, type PerKind, RECORD_KINDS, type RecordKind } from './kinds.ts';
import { dailyRunId } from './names.ts';
import { findRateProblems } from './pace.ts';
import { DEFAULT_PIPELINE, DEFAULT_SEED, type EmulationOrder, planRun, type Source } from './run.ts';

/** The contract of a supervised stream: posts that are emulated at a rate, and the Databricks run that reads them. */

export const DEFAULT_RATE = 20;

/** What a caller writes. Everything has a default. */
export interface StreamInput {
  readonly pipeline?: string;
  /** Posts in a second. */
  readonly rate?: number;
  /** Posts to send before the stream ends by itself; default: every row of the source, or 1,000 turns in the order `course`. */
  readonly rows?: number;
  readonly seed?: number;
  readonly source?: Source;
  readonly order?: EmulationOrder;
}

/** A checked input with its defaults filled in. */
export interface StreamPlan {
  readonly pipeline: string;
  readonly rate: number;
  readonly rows: number | undefined;
  readonly seed: number;
  readonly source: Source;
  readonly order: EmulationOrder;
}

/** Posts that one activity sends: those from `first` on, at a rate. */
export interface StreamSlice {
  /** Of the supervised stream: its manifests are kept under the number. */
  readonly number: number;
  readonly first: number;
  readonly posts: number;
  readonly rate: number;
}

/** How long a slice takes. A new rate is in force after one, and a worker that is killed has one sent again, at most. */
const SLICE_SECONDS = 5;

/** The next slice of what is left to send. */
export function planSlice(from: { number: number; first: number; left: number; rate: number }): StreamSlice {
  const { number, first, left, rate } = from;
  return { number, first, posts: Math.min(left, Math.max(1, Math.round(rate * SLICE_SECONDS))), rate };
}

/** What became of the slice's records: how many of each kind Kinesis has acknowledged. */
export type SlicePuts = PerKind<number>;

/** How the reading of one kind is, as the notebook last said. */
export interface KindHealth {
  /** Of the micro-batch that ended last. */
  readonly batch: number;
  readonly endedAt: string;
  readonly seconds: number;
  /** Records since this Databricks run began, and what became of them. */
  readonly records: number;
  readonly rows: number;
  readonly quarantined: number;
  readonly duplicates: number;
  /** When Kinesis took the newest record that is in the table. */
  readonly newest: string;
}

/** One look at the Databricks run of a stream. */
export interface StreamLook {
  readonly state: 'active' | 'succeeded' | 'ended';
  /** Why it has ended, where that was no success. */
  readonly reason?: string;
  /** Of those kinds that have had a batch. */
  readonly health: Partial<PerKind<KindHealth>>;
  /** Of a run that has read all there was: what the reconciliation counted. */
  readonly ledger?: StreamLedger;
}

/** What became of the records that were put to one shard. Every put is in exactly one class. */
export interface ShardLedger {
  readonly put: number;
  readonly rows: number;
  readonly quarantined: number;
  /** Delivered again: the table has the record by its first delivery. */
  readonly duplicates: number;
  readonly missing: number;
}

/** By kind, then by `<stream>/<shard id>`. */
export type StreamLedger = PerKind<Readonly<Record<string, ShardLedger>>>;

export const STREAM_STATES = ['starting', 'running', 'paused', 'restarting', 'draining', 'drained'] as const;
export type StreamState = (typeof STREAM_STATES)[number];

export interface KindProgress {
  readonly put: number;
  /** Rows and refused records of this Databricks run. */
  readonly rows: number;
  readonly quarantined: number;
  readonly duplicates: number;
  /** Records that became visible in a second, with the last batch that was seen. */
  readonly perSecond: number;
  /** How old the newest record is that can be queried, as long as newer ones wait; 0 where none does. */
  readonly lagSeconds: number;
  readonly lastBatch?: { readonly number: number; readonly seconds: number; readonly endedAt: string };
}

/** Answer of the query `progress`. */
export interface StreamProgress {
  readonly pipeline: string;
  readonly state: StreamState;
  /** Posts in a second, as asked for. */
  readonly rate: number;
  readonly posts: { readonly sent: number; readonly planned: number };
  /** Databricks runs so far; the first is 1. */
  readonly epoch: number;
  readonly databricksUrl?: string;
  /** Why the last Databricks run had to be replaced. */
  readonly lastFailure?: string;
  readonly kinds: PerKind<KindProgress>;
}

export interface StreamResult {
  readonly pipeline: string;
  readonly posts: number;
  readonly epochs: number;
  readonly ledger: StreamLedger;
}

const FIELDS = ['pipeline', 'rate', 'rows', 'seed', 'source', 'order'];

/** Checks everything at once: either the plan of the stream, or one line for each bad field. */
export function planStream(input: unknown): { plan: StreamPlan } | { problems: string[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { problems: [`input: expected an object such as {"rate":20}, got ${JSON.stringify(input)}`] };
  }
  const { rate = DEFAULT_RATE, ...settings } = input as Record<string, unknown>;
  const unknown = Object.keys(settings).filter((name) => !FIELDS.includes(name));
  const { pipeline = DEFAULT_PIPELINE } = settings;
  const known = Object.fromEntries(Object.entries(settings).filter(([name]) => !unknown.includes(name)));
  // The rest has the rules of a daily run, which belongs to some date.
  const date = '2026-01-01';
  const checked = planRun(dailyRunId({ pipeline: String(pipeline), date }), { ...known, date });
  const problems = [
    ...unknown.map((name) => `${name}: unknown field; known are ${FIELDS.join(', ')}`),
    ...findRateProblems(rate),
    ...('problems' in checked ? checked.problems : []),
  ];
  if (problems.length > 0 || 'problems' in checked) return { problems };
  const { rows, seed = DEFAULT_SEED, source, order } = checked.plan;
  return { plan: { pipeline: checked.plan.pipeline, rate: Number(rate), rows, seed, source, order } };
}

/** @throws PinflowError INPUT_INVALID naming every bad field */
export function checkStream(input: StreamInput): StreamPlan {
  const checked = planStream(input);
  if ('problems' in checked) throw new PinflowError('INPUT_INVALID', checked.problems.join('; '));
  return checked.plan;
}

/** Every put that is nowhere, in words with its numbers. Empty means that the ledger is exact (I1). */
export function findStreamImbalances(ledger: StreamLedger): string[] {
  return RECORD_KINDS.flatMap((kind) =>
    Object.entries(ledger[kind]).flatMap(([shard, counts]) => imbalancesOfShard(`${kind} of ${shard}`, counts)),
  );
}

function imbalancesOfShard(what: string, { put, rows, quarantined, duplicates, missing }: ShardLedger): string[] {
  const found = rows + quarantined + duplicates;
  return [
    ...(missing > 0 ? [`${what}: ${missing} of ${put} records are in no table`] : []),
    ...(put !== found + missing
      ? [`${what}: put ${put} but rows ${rows} + quarantined ${quarantined} + duplicates ${duplicates} = ${found}`]
      : []),
  ];
}

/** The ledger of a kind over all its shards. */
export function sumShards(ledger: StreamLedger, kind: RecordKind): ShardLedger {
  const sum = { put: 0, rows: 0, quarantined: 0, duplicates: 0, missing: 0 };
  for (const counts of Object.values(ledger[kind])) {
    for (const name of Object.keys(sum) as (keyof ShardLedger)[]) sum[name] += counts[name];
  }
  return sum;
}

/** For a stream of which nothing was put or read yet. */
export function emptyPuts(): SlicePuts {
  return mapKinds(() => 0);
}
