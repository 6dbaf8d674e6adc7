import { RECORD_KINDS, type PerKind, type RecordKind } from './kinds.ts';

/** How often a run's own records were counted at each station, for one kind. */
export interface KindLedger {
  readonly intended: number;
  readonly acknowledged: number;
  readonly landed: number;
  readonly clean: number;
  readonly quarantined: number;
  readonly duplicate: number;
}

export type Ledger = PerKind<KindLedger>;

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

/** Every equation of the ledger that does not hold, in words with its numbers. Empty means balanced (I1). */
export function findImbalances(ledger: Ledger): string[] {
  return RECORD_KINDS.flatMap((kind) => imbalancesOfKind(kind, ledger[kind]));
}

function imbalancesOfKind(kind: RecordKind, counts: KindLedger): string[] {
  const { intended, acknowledged, landed, clean, quarantined, duplicate } = counts;
  const problems: string[] = [];
  if (intended !== acknowledged) problems.push(`${kind}: intended ${intended} but acknowledged ${acknowledged}`);
  if (acknowledged !== landed) problems.push(`${kind}: acknowledged ${acknowledged} but landed ${landed}`);
  const cleaned = clean + quarantined + duplicate;
  if (landed !== cleaned) {
    problems.push(
      `${kind}: landed ${landed} but clean ${clean} + quarantined ${quarantined} + duplicate ${duplicate} = ${cleaned}`,
    );
  }
  return problems;
}
