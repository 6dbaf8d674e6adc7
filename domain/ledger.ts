import { RECORD_KINDS, type PerKind, type RecordKind } from './kinds.ts';

/** How often a run's own records were counted at each station, for one kind. */
export interface KindLedger extends SendingCounts, LandingCounts, CleaningCounts {}

export type Ledger = PerKind<KindLedger>;

/** What a run had to send, and what of it Kafka has acknowledged. */
export interface SendingCounts {
  readonly intended: number;
  readonly acknowledged: number;
}

/** What came of comparing the landed records, one by one, with what the run sent. */
export interface LandingCounts {
  /** Acknowledged records that were found in an object. */
  readonly landed: number;
  /** Acknowledged records that no object holds. */
  readonly lost: number;
  /** Landed records that bear the run's mark and were never sent. */
  readonly phantom: number;
  /** Second copies of sent records. Cleaning finds them as duplicates, so that no table holds one twice (I2). */
  readonly repeated: number;
  /** Acknowledged records whose landed bytes are others than those that were sent (I8). */
  readonly corrupt: number;
}

export interface LandingAudit {
  readonly counts: LandingCounts;
  /** A few of what was found, in words. */
  readonly examples: readonly string[];
}

/** What became of the records of one batch. Every record is in exactly one class. */
export interface CleaningCounts {
  readonly clean: number;
  readonly quarantined: number;
  readonly duplicate: number;
}

/** The fate of a run's own records, and of those that others sent and this run landed. */
export interface Cleaning {
  readonly own: PerKind<CleaningCounts>;
  readonly carriedOver: PerKind<CleaningCounts>;
}

/** Where a record is counted, in the order in which it comes there. */
export const STATIONS = ['intended', 'acknowledged', 'landed', 'clean', 'quarantined', 'duplicate'] as const;

/** Whether every station of every kind is counted. */
export function isComplete(counts: PerKind<Partial<KindLedger>>): counts is Ledger {
  return RECORD_KINDS.every((kind) => STATIONS.every((station) => counts[kind][station] !== undefined));
}

/** Every equation of the ledger that does not hold, in words with its numbers. Empty means balanced (I1). */
export function findImbalances(ledger: Ledger): string[] {
  return RECORD_KINDS.flatMap((kind) => imbalancesOfKind(kind, ledger[kind]));
}

function imbalancesOfKind(kind: RecordKind, counts: KindLedger): string[] {
  const { intended, acknowledged, landed, clean, quarantined, duplicate } = counts;
  const problems = findLandingFaults(kind, counts);
  if (intended !== acknowledged) problems.push(`${kind}: intended ${intended} but acknowledged ${acknowledged}`);
  if (acknowledged !== landed) problems.push(`${kind}: acknowledged ${acknowledged} but landed ${landed}`);
  const cleaned = countCleaned(counts);
  if (landed !== cleaned) {
    problems.push(
      `${kind}: landed ${landed} but clean ${clean} + quarantined ${quarantined} + duplicate ${duplicate} = ${cleaned}`,
    );
  }
  return problems;
}

/** Where the job cleaned more or fewer records than it was given, in words: another run's answer would balance, too. */
export function findUncleaned(given: PerKind<{ readonly records: number }>, cleaning: Cleaning): string[] {
  return RECORD_KINDS.flatMap((kind) => {
    const { records } = given[kind];
    const cleaned = countCleaned(cleaning.own[kind]) + countCleaned(cleaning.carriedOver[kind]);
    return records === cleaned ? [] : [`${kind}: ${records} records were given to the job but ${cleaned} cleaned`];
  });
}

export function countCleaned({ clean, quarantined, duplicate }: CleaningCounts): number {
  return clean + quarantined + duplicate;
}

/** What must not be in what landed, in words with its numbers. Second copies may: cleaning sorts them out. */
export function findLandingFaults(kind: RecordKind, { lost, phantom, corrupt }: LandingCounts): string[] {
  return Object.entries({ lost, phantom, corrupt }).flatMap(([what, count]) =>
    count === 0 ? [] : [`${kind}: ${count} ${what}`],
  );
}
