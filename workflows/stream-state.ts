import { mapKinds, RECORD_KINDS, type RecordKind } from '../domain/kinds.ts';
import {
  emptyPuts,
  type KindHealth,
  type KindProgress,
  planSlice,
  type SlicePuts,
  type StreamLook,
  type StreamPlan,
  type StreamProgress,
  type StreamSlice,
  type StreamState as State,
} from '../domain/stream.ts';

/** A Databricks run that reads the stream. */
export interface StreamRun {
  readonly runId: string;
  readonly url: string;
  readonly epoch: number;
}

/** All that one run of the workflow hands to the next (I11). */
export interface CarriedStream {
  readonly posts: { readonly sent: number; readonly planned: number };
  readonly slices: number;
  readonly rate: number;
  readonly puts: SlicePuts;
  readonly paused: boolean;
  readonly stopping: boolean;
  readonly epoch: number;
  readonly run?: StreamRun;
  /** When it began. */
  readonly began: number;
  readonly failures: number;
  readonly lastFailure?: string;
}

interface Seen {
  readonly health: KindHealth;
  /** When this batch was first seen, by the workflow's clock. */
  readonly at: number;
  /** The batch that was seen before it; of the first one, the beginning of the Databricks run. */
  readonly before: { readonly records: number; readonly endedAt: number };
}

/** What is sent, read and known of one stream. Plain state: the caller gives the time and shows the result. */
export class StreamState {
  readonly #plan: StreamPlan;
  #posts: CarriedStream['posts'];
  #slices: number;
  #rate: number;
  #puts: SlicePuts;
  #lastPut: number | undefined;
  #paused: boolean;
  #stopping: boolean;
  #epoch: number;
  #run: StreamRun | undefined;
  #began: number;
  #failures: number;
  #lastFailure: string | undefined;
  #seen: Partial<Record<RecordKind, Seen>> = {};
  #drained = false;

  constructor(plan: StreamPlan, carried?: CarriedStream) {
    this.#plan = plan;
    this.#posts = carried?.posts ?? { sent: 0, planned: 0 };
    this.#slices = carried?.slices ?? 0;
    this.#rate = carried?.rate ?? plan.rate;
    this.#puts = carried?.puts ?? emptyPuts();
    this.#paused = carried?.paused ?? false;
    this.#stopping = carried?.stopping ?? false;
    this.#epoch = carried?.epoch ?? 1;
    this.#run = carried?.run;
    this.#began = carried?.began ?? 0;
    this.#failures = carried?.failures ?? 0;
    this.#lastFailure = carried?.lastFailure;
  }

  /** The Databricks run that is alive, as far as is known. */
  get run(): StreamRun | undefined {
    return this.#drained ? undefined : this.#run;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** How many Databricks runs in a row have ended before every kind had a batch. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether nothing is left to send, because all was sent or somebody has asked to stop. */
  get isSent(): boolean {
    return this.#stopping || this.#posts.sent >= this.#posts.planned;
  }

  /** Whether a slice may be sent now. */
  get mayPost(): boolean {
    return !this.#paused && !this.isSent;
  }

  notePlanned(posts: number): void {
    this.#posts = { ...this.#posts, planned: posts };
  }

  nextSlice(): StreamSlice {
    const { sent, planned } = this.#posts;
    return planSlice({ number: this.#slices, first: sent, left: planned - sent, rate: this.#rate });
  }

  noteSent({ posts }: StreamSlice, puts: SlicePuts, now: number): void {
    this.#posts = { ...this.#posts, sent: this.#posts.sent + posts };
    this.#slices += 1;
    this.#puts = mapKinds((kind) => this.#puts[kind] + puts[kind]);
    this.#lastPut = now;
  }

  noteBegun(run: StreamRun, now: number): void {
    this.#run = run;
    this.#began = now;
    this.#seen = {};
  }

  noteLook({ health }: StreamLook, now: number): void {
    for (const kind of RECORD_KINDS) {
      const latest = health[kind];
      const before = this.#seen[kind];
      if (latest === undefined || latest.batch === before?.health.batch) continue;
      this.#seen[kind] = { health: latest, at: now, before: this.#endOf(before) };
    }
    const isRead = (kind: RecordKind) => this.#seen[kind] !== undefined;
    // A kind that cannot be read ends the run under the others, whose batches must not make it look sound.
    if (RECORD_KINDS.some(isRead) && RECORD_KINDS.every((kind) => isRead(kind) || this.#puts[kind] === 0))
      this.#failures = 0;
  }

  /** The Databricks run is gone, and another one will take its place. */
  noteLost(reason: string): void {
    this.#run = undefined;
    this.#epoch += 1;
    this.#failures += 1;
    this.#lastFailure = reason;
  }

  noteDrained(): void {
    this.#drained = true;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  stop(): void {
    this.#stopping = true;
  }

  setRate(rate: number): void {
    this.#rate = rate;
  }

  /** Why the Databricks run cannot be reading although it is alive: records wait, and no micro-batch ends. */
  explainStuck(now: number): string | undefined {
    const kind = RECORD_KINDS.find(
      (one) => this.#isBehind(one) && now - this.#lastSignOf(one) > this.#patienceFor(one),
    );
    if (kind === undefined) return undefined;
    const seconds = Math.round((now - this.#lastSignOf(kind)) / 1_000);
    return `it ended no micro-batch of "${kind}" for ${seconds} s although records waited`;
  }

  snapshot(now: number): StreamProgress {
    return {
      pipeline: this.#plan.pipeline,
      state: this.#describeState(),
      rate: this.#rate,
      posts: this.#posts,
      epoch: this.#epoch,
      ...(this.#run !== undefined && { databricksUrl: this.#run.url }),
      ...(this.#lastFailure !== undefined && { lastFailure: this.#lastFailure }),
      kinds: mapKinds((kind) => this.#describeKind(kind, now)),
    };
  }

  carry(): CarriedStream {
    return {
      ...{ posts: this.#posts, slices: this.#slices, rate: this.#rate, puts: this.#puts },
      ...{
        paused: this.#paused,
        stopping: this.#stopping,
        epoch: this.#epoch,
        began: this.#began,
        failures: this.#failures,
      },
      ...(this.#run !== undefined && { run: this.#run }),
      ...(this.#lastFailure !== undefined && { lastFailure: this.#lastFailure }),
    };
  }

  #describeState(): State {
    if (this.#drained) return 'drained';
    if (this.isSent && this.#posts.planned > 0) return 'draining';
    if (this.#run === undefined) return this.#epoch === 1 ? 'starting' : 'restarting';
    return this.#paused ? 'paused' : 'running';
  }

  #describeKind(kind: RecordKind, now: number): KindProgress {
    const seen = this.#seen[kind];
    const { rows = 0, quarantined = 0, duplicates = 0 } = seen?.health ?? {};
    return {
      ...{ put: this.#puts[kind], rows, quarantined, duplicates },
      ...{ perSecond: seen === undefined ? 0 : ratePerSecond(seen, now), lagSeconds: this.#lagOf(kind, now) },
      ...(seen !== undefined && {
        lastBatch: { number: seen.health.batch, seconds: seen.health.seconds, endedAt: seen.health.endedAt },
      }),
    };
  }

  #endOf(seen: Seen | undefined): Seen['before'] {
    if (seen === undefined) return { records: 0, endedAt: this.#began };
    return { records: seen.health.records, endedAt: Date.parse(seen.health.endedAt) };
  }

  /** How old the newest record is that can be queried, as long as newer ones wait. */
  #lagOf(kind: RecordKind, now: number): number {
    if (!this.#isBehind(kind)) return 0;
    const newest = this.#seen[kind]?.health.newest;
    const age = now - (newest === undefined ? this.#began : Date.parse(newest));
    return Math.max(0, Math.round(age / 100) / 10);
  }

  #lastSignOf(kind: RecordKind): number {
    return this.#seen[kind]?.at ?? this.#began;
  }

  #patienceFor(kind: RecordKind): number {
    return this.#seen[kind] === undefined ? FIRST_BATCH_MS : NEXT_BATCH_MS;
  }

  #isBehind(kind: RecordKind): boolean {
    if (this.#puts[kind] === 0 || this.#lastPut === undefined) return false;
    const newest = this.#seen[kind]?.health.newest;
    return newest === undefined || Date.parse(newest) + HEARD_WITHIN_MS < this.#lastPut;
  }
}

/** A cluster takes minutes to start, and a first micro-batch may have all to read that was retained. */
const FIRST_BATCH_MS = 900_000;
/** A micro-batch takes seconds. */
const NEXT_BATCH_MS = 180_000;

/** A put is heard of a moment after Kinesis has stamped its record. */
const HEARD_WITHIN_MS = 500;

/** Falls towards 0 once a batch is overdue, so that a stream in which nothing moves does not look as fast as it was. */
function ratePerSecond({ health, before }: Seen, now: number): number {
  const endedAt = Date.parse(health.endedAt);
  const seconds = Math.max(endedAt - before.endedAt, now - endedAt) / 1_000;
  return seconds <= 0 ? 0 : Math.round(((health.records - before.records) / seconds) * 10) / 10;
}
