import { mapKinds, type PerKind } from '../domain/kinds.ts';
import type { Cleaning, CleaningCounts, KindLedger } from '../domain/ledger.ts';
import type { LedgerView } from '../domain/run.ts';

/** The ledger of one run as far as it is counted. Plain state, filled step by step. */
export class RunLedger {
  #counts: PerKind<Partial<KindLedger>> = mapKinds(() => ({}));
  #carriedOver: PerKind<CleaningCounts> | undefined;

  note(counts: PerKind<Partial<KindLedger>>): void {
    this.#counts = mapKinds((kind) => ({ ...this.#counts[kind], ...counts[kind] }));
  }

  noteCleaning({ own, carriedOver }: Cleaning): void {
    this.note(own);
    this.#carriedOver = carriedOver;
  }

  view(): LedgerView {
    return { counts: this.#counts, ...(this.#carriedOver !== undefined && { carriedOver: this.#carriedOver }) };
  }
}
