import {
  type BackfillGap,
  type BackfillPlan,
  type BackfillProgress,
  type DailyEnd,
  type DateFailure,
  MOST_NAMED,
  nameListed,
} from '../domain/backfill.ts';
import { listDates } from '../domain/date-range.ts';
import type { DailyRunRef } from '../domain/daily-start.ts';

/** One letter for each date; a capital where somebody else had started the run. */
type State = '.' | 'r' | 'R' | 'd' | 'D' | 'f' | 'F' | 's';

/** A run of the backfill's that is on its way. */
export interface RunningDate {
  readonly date: string;
  readonly since: number;
  readonly run: DailyRunRef;
}

/** All that one run of the workflow hands to the next (I11). */
export interface CarriedDates {
  readonly states: string;
  readonly running: readonly RunningDate[];
  readonly failures: readonly DateFailure[];
  readonly paused: boolean;
  readonly stopped: boolean;
  readonly concurrency: number;
  /** Of the dates that were waited for to their end. */
  readonly awaited: { readonly dates: number; readonly seconds: number };
}

const MOST_REASON = 300;

/** The dates of one backfill and how far they are. Plain state: the caller gives the time and shows the result. */
export class BackfillDates {
  readonly #plan: BackfillPlan;
  readonly #dates: readonly string[];
  readonly #states: State[];
  /** Without a run as long as its start is under way. */
  readonly #running: Map<string, Omit<RunningDate, 'run'> & { run?: DailyRunRef }>;
  readonly #failures: DateFailure[];
  #paused: boolean;
  #stopped: boolean;
  #concurrency: number;
  #awaited: CarriedDates['awaited'];

  constructor(plan: BackfillPlan, carried?: CarriedDates) {
    this.#plan = plan;
    this.#dates = listDates(plan);
    this.#states = [...(carried?.states ?? '.'.repeat(this.#dates.length))] as State[];
    this.#running = new Map(carried?.running.map((running) => [running.date, running]));
    this.#failures = [...(carried?.failures ?? [])];
    this.#paused = carried?.paused ?? false;
    this.#stopped = carried?.stopped ?? false;
    this.#concurrency = carried?.concurrency ?? plan.concurrency;
    this.#awaited = carried?.awaited ?? { dates: 0, seconds: 0 };
  }

  /** The date to begin next; undefined while there is no room for one, or none is left to begin. */
  get next(): string | undefined {
    if (this.#paused || this.#stopped || this.#running.size >= this.#concurrency) return undefined;
    return this.#dates[this.#plan.newestFirst ? this.#states.lastIndexOf('.') : this.#states.indexOf('.')];
  }

  /** Whether nothing runs and nothing will. */
  get isOver(): boolean {
    return this.#running.size === 0 && (this.#stopped || !this.#states.includes('.'));
  }

  /** Whether no start is under way, so that every run on its way is known. */
  get isSettled(): boolean {
    return [...this.#running.values()].every(({ run }) => run !== undefined);
  }

  /** How many dates are behind us. */
  get ended(): number {
    return this.#states.filter((state) => !'.rR'.includes(state)).length;
  }

  listRunning(): RunningDate[] {
    return [...this.#running.values()].filter((running): running is RunningDate => running.run !== undefined);
  }

  begin(date: string, now: number): void {
    this.#set(date, 'r');
    this.#running.set(date, { date, since: now });
  }

  /** What the start of a date has led to. */
  noteRun(date: string, run: DailyRunRef): void {
    const running = this.#running.get(date);
    if (running === undefined) return;
    if (run.outcome === 'finished') {
      this.#running.delete(date);
      this.#set(date, 's');
      return;
    }
    running.run = run;
    if (run.outcome === 'attached') this.#set(date, 'R');
  }

  end(date: string, end: DailyEnd, now: number): void {
    const running = this.#running.get(date);
    if (running === undefined) return;
    this.#running.delete(date);
    const { dates, seconds } = this.#awaited;
    this.#awaited = { dates: dates + 1, seconds: seconds + (now - running.since) / 1_000 };
    const isAttached = running.run?.outcome === 'attached';
    if (end.state === 'succeeded') {
      this.#set(date, isAttached ? 'D' : 'd');
      return;
    }
    this.#set(date, isAttached ? 'F' : 'f');
    if (this.#failures.length < MOST_NAMED) this.#failures.push({ date, reason: shorten(end.reason) });
    if (this.#plan.stopOnFailure) this.#stopped = true;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /** Fewer end no date that runs: no other begins until there is room. */
  resize(concurrency: number): void {
    this.#concurrency = concurrency;
  }

  snapshot(now: number): BackfillProgress {
    const { pipeline, from, to } = this.#plan;
    const count = (letters: string) => this.#states.filter((state) => letters.includes(state)).length;
    const etaSeconds = this.#guessSeconds(now);
    return {
      ...{ pipeline, from, to, dates: this.#dates.length },
      ...{ planned: count('.'), running: [...this.#running.keys()].toSorted() },
      ...{ done: count('dD'), failed: count('fF'), skipped: count('s'), attached: count('RDF') },
      ...{ failures: [...this.#failures], paused: this.#paused, stopped: this.#stopped },
      concurrency: this.#concurrency,
      ...(etaSeconds !== undefined && { etaSeconds }),
    };
  }

  carry(): CarriedDates {
    return {
      ...{ states: this.#states.join(''), running: this.listRunning(), failures: this.#failures },
      ...{ paused: this.#paused, stopped: this.#stopped, concurrency: this.#concurrency, awaited: this.#awaited },
    };
  }

  /** Where the letters of a listing do not say what was seen here. Dates that were never begun are nobody's gap. */
  findGaps(listed: string): BackfillGap[] {
    const seenBy: Partial<Record<State, BackfillGap['seen']>> = { d: 'done', D: 'done', s: 'skipped', f: 'failed' };
    seenBy.F = 'failed';
    return this.#dates.flatMap((date, index) => {
      const seen = seenBy[this.#states[index] ?? '.'];
      if (seen === undefined) return [];
      const found = nameListed(listed[index]);
      return found === (seen === 'failed' ? 'failed' : 'succeeded') ? [] : [{ date, seen, listed: found }];
    });
  }

  /** Dates left at the pace of those that were waited for. */
  #guessSeconds(now: number): number | undefined {
    const { dates, seconds } = this.#awaited;
    if (dates === 0) return undefined;
    const planned = this.#stopped ? 0 : this.#states.filter((state) => state === '.').length;
    const each = seconds / dates;
    const begun = [...this.#running.values()].map(({ since }) => Math.max(each - (now - since) / 1_000, 0));
    const left = begun.reduce((sum, one) => sum + one, planned * each);
    return Math.round(left / Math.min(this.#concurrency, Math.max(planned + begun.length, 1)));
  }

  #set(date: string, state: State): void {
    this.#states[this.#dates.indexOf(date)] = state;
  }
}

function shorten(reason: string): string {
  return reason.length > MOST_REASON ? `${reason.slice(0, MOST_REASON - 1)}…` : reason;
}
