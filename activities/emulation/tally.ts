import type { Post } from '../../domain/emulation-plan.ts';
import { mapKinds, type PerKind, RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';
import type { SendingCounts } from '../../domain/ledger.ts';
import type { ReportProgress } from '../heartbeat.ts';

interface TallyInput {
  readonly label: string;
  readonly posts: readonly Post[];
  /** Those that are sent. */
  readonly kinds: readonly RecordKind[];
  readonly report: ReportProgress;
}

/** Counts the rows that Kafka has acknowledged, and reports how far that is. */
export class Tally {
  readonly #intended: PerKind<number>;
  readonly #acknowledged = { pin: 0, geo: 0, user: 0 };
  readonly #tell: () => void;

  constructor({ label, posts, kinds, report }: TallyInput) {
    const countRows = (kind: RecordKind) => posts.reduce((sum, post) => sum + post[kind].length, 0);
    this.#intended = mapKinds((kind) => (kinds.includes(kind) ? countRows(kind) : 0));
    const total = sumKinds(this.#intended);
    this.#tell = () => report({ label, done: sumKinds(this.#acknowledged), total });
    this.#tell();
  }

  add(records: number, kind: RecordKind): void {
    this.#acknowledged[kind] += records;
    this.#tell();
  }

  countsOf(kind: RecordKind): SendingCounts {
    return { intended: this.#intended[kind], acknowledged: this.#acknowledged[kind] };
  }
}

function sumKinds(counts: PerKind<number>): number {
  return RECORD_KINDS.reduce((sum, kind) => sum + counts[kind], 0);
}
