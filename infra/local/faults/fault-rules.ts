import { SeededRandom } from '../../../domain/seeded-random.ts';

/** Which requests meet a fault. `Request` is what a proxy knows of one before it passes it on. */
export interface FaultRule<Request, Fault> {
  readonly matches: (request: Request) => boolean;
  readonly fault: Fault;
  /** Matching requests that pass first; default none. */
  readonly skip?: number;
  /** Most requests that are hit; default one. */
  readonly times?: number;
  /** Share of the matching requests that is hit, drawn from the seed; default all. */
  readonly chance?: number;
}

/** A rule that was added. */
export interface AddedFault {
  /** Requests that it has matched, those that it let pass first included. */
  readonly matched: () => number;
  /** Requests that it has hit: the proof that the fault was there. */
  readonly hits: () => number;
  readonly remove: () => void;
}

interface Entry<Request, Fault> {
  readonly rule: FaultRule<Request, Fault>;
  matched: number;
  hits: number;
}

/** Chances are drawn in hundredths of a per cent. */
const CHANCES = 10_000;

/** Faults in the order in which they were added; a request meets at most one, the first that is not used up. */
export class FaultRules<Request, Fault> {
  readonly #entries = new Set<Entry<Request, Fault>>();
  readonly #random: SeededRandom;

  constructor(seed: string) {
    this.#random = new SeededRandom(seed);
  }

  add(rule: FaultRule<Request, Fault>): AddedFault {
    const entry = { rule, matched: 0, hits: 0 };
    this.#entries.add(entry);
    return {
      matched: () => entry.matched,
      hits: () => entry.hits,
      remove: () => this.#entries.delete(entry),
    };
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The fault that this request meets; it counts as hit. */
  take(request: Request): Fault | undefined {
    for (const entry of this.#entries) {
      const { matches, fault, skip = 0, times = 1, chance = 1 } = entry.rule;
      if (entry.hits >= times || !matches(request)) continue;
      entry.matched += 1;
      if (entry.matched <= skip || this.#random.below(CHANCES) >= chance * CHANCES) continue;
      entry.hits += 1;
      return fault;
    }
    return undefined;
  }
}
